package org.bpfsim.bpf.verifier;

/** What a register or stack slot holds, with Linux's names ({@code reg_type_str()}). */
enum RegType {
    NOT_INIT("?"),
    SCALAR("scalar"),
    CTX("ctx"),
    CONST_MAP("map_ptr"),
    MAP_VALUE("map_value"),
    MAP_KEY("map_key"),
    STACK("fp"),
    PACKET_META("pkt_meta"),
    PACKET("pkt"),
    PACKET_END("pkt_end"),
    FLOW_KEYS("flow_keys"),
    SOCKET("sock"),
    SOCK_COMMON("sock_common"),
    TCP_SOCK("tcp_sock"),
    TP_BUFFER("tp_buffer"),
    XDP_SOCK("xdp_sock"),
    BTF("ptr_"),
    MEM("mem"),
    BUF("buf"),
    FUNC("func"),
    DYNPTR("dynptr_ptr"),
    ARENA("arena");

    final String text;

    RegType(String text) {
        this.text = text;
    }

    boolean isSocket() {
        return this == SOCKET || this == SOCK_COMMON || this == TCP_SOCK || this == XDP_SOCK;
    }

    boolean isPacket() {
        return this == PACKET || this == PACKET_META;
    }
}
