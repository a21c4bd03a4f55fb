# Writes option-lengths.tsv on the Linux that it runs on: python3 option-lengths.py >option-lengths.tsv (as root)
import ctypes, errno, os, socket, struct
libc=ctypes.CDLL(None,use_errno=True)
opts=[("SO_REUSEADDR",1,2,1),("SO_SNDBUF",1,7,20000),("SO_RCVBUF",1,8,20000),("SO_KEEPALIVE",1,9,1),("SO_PRIORITY",1,12,3),("SO_RCVLOWAT",1,18,5),("SO_MARK",1,36,7),("SO_MAX_PACING_RATE",1,47,100000),
("TCP_NODELAY",6,1,1),("TCP_MAXSEG",6,2,1000),("TCP_KEEPIDLE",6,4,100),("TCP_SYNCNT",6,7,3),("TCP_LINGER2",6,8,10),("TCP_DEFER_ACCEPT",6,9,3),("TCP_WINDOW_CLAMP",6,10,30000),("TCP_QUICKACK",6,12,1),("TCP_USER_TIMEOUT",6,18,1000),("TCP_NOTSENT_LOWAT",6,25,4096),("TCP_SAVE_SYN",6,27,1),("TCP_FASTOPEN_NO_COOKIE",6,34,1),
("IP_TOS",0,1,0x20),("IP_MTU_DISCOVER",0,10,1),("IP_FREEBIND",0,15,1),("IPV6_TCLASS",41,67,0x20),("IPV6_AUTOFLOWLABEL",41,70,1),
("level 0xdeadbeef",0xdeadbeef-2**32,0,1),("option 999 of SOL_SOCKET",1,999,1),("option 999 of SOL_TCP",6,999,1),("option 199 of SOL_IP",0,199,1)]
def errn(r): return "0" if r==0 else errno.errorcode[ctypes.get_errno()].replace("ENOTSUP", "EOPNOTSUPP")
print("# What Linux %s answers to setsockopt() and getsockopt() of a TCP socket (AF_INET6 for SOL_IPV6, else AF_INET) by the length of the value."%os.uname().release.split('-')[0])
print("# call\tname\tlevel\toption\tvalue\tlength\tresult\tlength told")
for name,level,opt,val in opts:
    fam=socket.AF_INET6 if level==41 else socket.AF_INET
    for call in ("set","get"):
        for n in (0,1,2,3,4,5,8) if call=="set" else (-1,0,1,2,3,4,5,8):
            s=socket.socket(fam,socket.SOCK_STREAM)
            buf=ctypes.create_string_buffer(struct.pack("<i",val)+b"\0"*28)
            if call=="set":
                r=libc.setsockopt(s.fileno(),level,opt,buf,n)
                print("\t".join(["set",name,str(level),str(opt),str(val),str(n),errn(r),"-"]))
            else:
                ln=ctypes.c_int(n)
                r=libc.getsockopt(s.fileno(),level,opt,buf,ctypes.byref(ln))
                print("\t".join(["get",name,str(level),str(opt),"-",str(n),errn(r),str(ln.value) if r==0 else "-"]))
            s.close()
for n in (0,1,2,5,16,17):
    s=socket.socket()
    buf=ctypes.create_string_buffer(b"reno"+b"\0"*30)
    r=libc.setsockopt(s.fileno(),6,13,buf,n)
    print("\t".join(["set","TCP_CONGESTION","6","13","reno",str(n),errn(r),"-"]))
for n in (-1,0,1,4,5,15,16,17):
    s=socket.socket(); s.setsockopt(6,13,b"reno")
    buf=ctypes.create_string_buffer(34); ln=ctypes.c_int(n)
    r=libc.getsockopt(s.fileno(),6,13,buf,ctypes.byref(ln))
    print("\t".join(["get","TCP_CONGESTION","6","13","-",str(n),errn(r),str(ln.value) if r==0 else "-"]))
for n in (15,16,17,31,32,33):
    s=socket.socket()
    buf=ctypes.create_string_buffer(40)
    r=libc.setsockopt(s.fileno(),6,33,buf,n)
    print("\t".join(["set","TCP_FASTOPEN_KEY","6","33","zeros",str(n),errn(r),"-"]))
