package org.bpfsim.tcp.nic;

/** Packets, first in, first out, linked through themselves. Hot path: no allocation. */
final class TxFifo {
    private TxPacket head;
    private TxPacket tail;
    private int size;

    TxPacket head() {
        return head;
    }

    boolean isEmpty() {
        return head == null;
    }

    int size() {
        return size;
    }

    void add(TxPacket packet) {
        packet.next = null;
        if (head == null) {
            head = packet;
        } else {
            tail.next = packet;
        }
        tail = packet;
        size++;
    }

    /** Takes the first, or returns null. */
    TxPacket poll() {
        TxPacket first = head;
        if (first != null) {
            head = first.next;
            first.next = null;
            size--;
        }
        return first;
    }
}
