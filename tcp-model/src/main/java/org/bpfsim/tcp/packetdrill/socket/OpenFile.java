package org.bpfsim.tcp.packetdrill.socket;

/** What a file descriptor stands for. */
sealed interface OpenFile permits SocketFile, EpollFile, FileCalls.DiskFile, FileCalls.PipeFile {}
