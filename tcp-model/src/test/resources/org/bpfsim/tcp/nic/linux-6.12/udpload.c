// SPDX-License-Identifier: Apache-2.0
// udpload IN OUT NSPID: plays a schedule of UDP packets ("t_ns flow bytes tos txtime_ns" a line) from this netns to that of NSPID
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/net_tstamp.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#ifndef SO_TXTIME
#define SO_TXTIME 61
#define SCM_TXTIME SO_TXTIME
#endif
#define MAXN 200000
static struct { long long t, tx, sent, got; int flow, bytes, tos, ce; } p[MAXN];
static long long ns(clockid_t c) { struct timespec t; clock_gettime(c, &t); return t.tv_sec * 1000000000LL + t.tv_nsec; }
static void die(const char *s) { perror(s); exit(1); }
int main(int argc, char **argv) {
	int n = 0, fd[4096] = {0};
	FILE *f = fopen(argv[1], "r"); if (!f) die("in");
	while (fscanf(f, "%lld %d %d %d %lld", &p[n].t, &p[n].flow, &p[n].bytes, &p[n].tos, &p[n].tx) == 5) n++;
	fclose(f);
	prctl(PR_SET_TIMERSLACK, 1);
	char path[64]; int self = open("/proc/self/ns/net", O_RDONLY);
	snprintf(path, sizeof path, "/proc/%s/ns/net", argv[3]);
	int other = open(path, O_RDONLY); if (other < 0) die("ns");
	if (setns(other, CLONE_NEWNET)) die("setns");
	int rx = socket(AF_INET, SOCK_DGRAM, 0), one = 1, big = 400 << 20;
	if (setsockopt(rx, SOL_SOCKET, SO_RCVBUFFORCE, &big, 4)) die("rcvbuf");
	setsockopt(rx, SOL_SOCKET, SO_TIMESTAMPNS, &one, 4);
	setsockopt(rx, IPPROTO_IP, IP_RECVTOS, &one, 4);
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(9), .sin_addr.s_addr = inet_addr("10.9.0.2") };
	if (bind(rx, (void *)&to, sizeof to)) die("bind");
	if (setns(self, CLONE_NEWNET)) die("setns");
	static char buf[65536];
	long long t0 = ns(CLOCK_MONOTONIC) + 10000000, off = ns(CLOCK_REALTIME) - ns(CLOCK_MONOTONIC);
	for (int i = 0; i < n; i++) {
		int *s = &fd[p[i].flow];
		if (!*s) {
			*s = socket(AF_INET, SOCK_DGRAM, 0);
			struct sockaddr_in from = { .sin_family = AF_INET, .sin_port = htons(10000 + p[i].flow) };
			if (bind(*s, (void *)&from, sizeof from)) die("bind tx");
			int sb = 400 << 20; setsockopt(*s, SOL_SOCKET, SO_SNDBUFFORCE, &sb, 4);
			struct sock_txtime st = { CLOCK_MONOTONIC, 0 };
			if (p[i].tx && setsockopt(*s, SOL_SOCKET, SO_TXTIME, &st, sizeof st)) die("txtime");
		}
		setsockopt(*s, IPPROTO_IP, IP_TOS, &p[i].tos, 4);
		struct timespec ts = { (t0 + p[i].t) / 1000000000, (t0 + p[i].t) % 1000000000 };
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL);
		memcpy(buf, &i, 4);
		struct iovec v = { buf, p[i].bytes - 42 }; // of the frame: Ethernet, IP, UDP headers
		char c[64] = {0};
		struct msghdr m = { &to, sizeof to, &v, 1, 0, 0, 0 };
		if (p[i].tx) {
			m.msg_control = c; m.msg_controllen = CMSG_SPACE(8);
			struct cmsghdr *h = CMSG_FIRSTHDR(&m); h->cmsg_level = SOL_SOCKET; h->cmsg_type = SCM_TXTIME; h->cmsg_len = CMSG_LEN(8);
			uint64_t at = t0 + p[i].tx; memcpy(CMSG_DATA(h), &at, 8);
		}
		p[i].sent = ns(CLOCK_MONOTONIC) - t0;
		sendmsg(*s, &m, 0); // ENOBUFS is a drop, too
	}
	struct timespec end = { 20, 0 }; nanosleep(&end, 0);
	for (;;) {
		char c[256]; struct iovec v = { buf, sizeof buf };
		struct msghdr m = { 0, 0, &v, 1, c, sizeof c, 0 };
		if (recvmsg(rx, &m, MSG_DONTWAIT) < 0) break;
		int i; memcpy(&i, buf, 4);
		for (struct cmsghdr *h = CMSG_FIRSTHDR(&m); h; h = CMSG_NXTHDR(&m, h)) {
			if (h->cmsg_type == SO_TIMESTAMPNS) { struct timespec *t = (void *)CMSG_DATA(h); p[i].got = t->tv_sec * 1000000000LL + t->tv_nsec - off - t0; }
			if (h->cmsg_level == IPPROTO_IP) p[i].ce = (*(unsigned char *)CMSG_DATA(h) & 3) == 3;
		}
	}
	f = fopen(argv[2], "w");
	fprintf(f, "sent_ns,flow,bytes,tos,txtime_ns,arrived_ns,ce\n");
	for (int i = 0; i < n; i++) {
		fprintf(f, "%lld,%d,%d,%d,%lld,", p[i].sent, p[i].flow, p[i].bytes, p[i].tos, p[i].tx);
		if (p[i].got) fprintf(f, "%lld,%d\n", p[i].got, p[i].ce); else fprintf(f, ",\n");
	}
	fclose(f);
	return 0;
}
