#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the schedules that udpload plays: NAME.in, lines of "time_ns flow bytes tos departure_ns"."""
import random
def w(name, rows):
    rows.sort()
    with open(name,'w') as f:
        for r in rows: f.write('%d %d %d %d %d\n' % r)
MS=1000000
S=1514
R=10_000_000
slot=S*8*1000//10  # ns at 10 Mbit/s
# one flow 130% for 4 s, then 90% 1 s, then 130% for 1 s
def load(flow, start, end, factor, size=S, tos=0, rate=R, jit=0, rnd=None):
    t=start; out=[]
    gap=size*8e9/(rate*factor)
    while t<end:
        out.append((int(t)+ (rnd.randrange(jit) if jit else 0),flow,size,tos,0)); t+=gap
    return out
for name,tos in (('codel-drop',0),('codel-mark',2)):
    w(name+'.in', load(1,0,4000*MS,1.3,tos=tos)+load(1,4000*MS,5000*MS,0.6,tos=tos)+load(1,5000*MS,6500*MS,1.3,tos=tos))
r=random.Random(1)
rows=[]
for fl,fac,size in ((1,0.7,1514),(2,0.5,1000),(3,0.4,600),(4,0.02,100),(5,0.01,200)):
    rows+=load(fl,fl*7*MS,3000*MS,fac,size,0 if fl%2 else 2,jit=900000,rnd=r)
w('codel-flows.in',rows)
rows=[]
for fl,fac,size in ((1,1.5,1514),(2,0.8,1000),(3,0.1,600)):
    rows+=load(fl,fl*3*MS,1500*MS,fac,size,0,jit=300000,rnd=r)
w('codel-overflow.in',rows)
# fq: departure times, some flows unpaced, some late, one beyond the horizon
rows=[]
for fl in range(1,7):
    t=fl*MS; tx=t
    for i in range(400):
        size=r.choice((100,600,1514))
        t+=r.randrange(600000)
        tx=max(tx+r.randrange(1500000),t)
        rows.append((t,fl,size,0,tx if fl<5 else 0))
w('fq-departures.in',rows)
# fq with maxrate: bursts of flows, after pauses that are clearly shorter or longer than 40 ms
rows=[]
for fl,offs in ((1,(0,40,200,240,400,440)),(2,(0,45,220,265,420,465)),(3,(0,50,240,290,440,490)),(4,(10,))):
    for b in offs:
        t=fl*MS+b*MS
        for i in range(20+fl*5 if fl<4 else 70): rows.append((t+i*1000,fl,r.choice((200,1000,1514)),0,0))
w('fq-maxrate.in',rows)
