#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Plays the schedules through Linux's queueing disciplines; to be run as root inside the machine that README.md describes, in a
# folder with udpload and the schedules. Writes NAME.csv, and NAME.tc with what "tc -s qdisc" says.
set -eu
ip link set lo up
unshare -n sleep 100000 &
peer=$!
sleep 0.1
ip link add va address 02:00:00:00:00:01 type veth peer name vb address 02:00:00:00:00:02 netns $peer
ip addr add 10.9.0.1/24 dev va
ip link set va up
nsenter -n -t $peer sh -c 'ip addr add 10.9.0.2/24 dev vb; ip link set vb up
    ip neigh add 10.9.0.1 lladdr 02:00:00:00:00:01 dev vb'
ip neigh add 10.9.0.2 lladdr 02:00:00:00:00:02 dev va
sleep 1

record() { # name, tc commands
    tc qdisc del dev va root 2>/dev/null || true
    sh -ec "$2"
    ./udpload "$1.in" "$1.csv" $peer
    tc -s qdisc show dev va >"$1.tc"
}
# The bucket is the link: a packet at a time at 10 Mbit/s.
link='tc qdisc add dev va root handle 1: tbf rate 10mbit burst 1540 limit 100000000; tc qdisc add dev va parent 1: handle 10:'
record codel-drop "$link fq_codel noecn"
record codel-mark "$link fq_codel ecn"
record codel-flows "$link fq_codel"
record codel-overflow "$link fq_codel limit 100"
record fq-departures 'tc qdisc add dev va root fq horizon 5s flow_limit 400'
record fq-maxrate 'tc qdisc add dev va root fq maxrate 5mbit flow_limit 40'
