/**
 * BPF maps with kernel semantics: flags, errno, what is there from the beginning.
 *
 * <pre>
 * BpfMap         a map as the host reads and writes it
 * MapInstance    a map as programs use it
 * ArrayMap       array, percpu_array, global data
 * HashTableMap   hash, percpu_hash, lru_hash, lru_percpu_hash
 * LpmTrieMap     lpm_trie
 * QueueMap       queue, stack
 * BloomFilterMap bloom_filter
 * HandleMap      array_of_maps, hash_of_maps, prog_array: values are ids that Handles resolves
 * RingBufferMap, PerfEventArrayMap     records on their way to the host
 * SocketMap      sockmap, sockhash; SocketLinks is where a MapSocket is, and which SocketPrograms it has from there
 * UnfilledMap    devmap, cpumap, xskmap, reuseport_sockarray: of what no simulated kernel has
 * UserRingBufferMap  user_ringbuf
 * CgroupStorageMap   cgroup_storage, percpu_cgroup_storage
 * StorageMap     sk_storage; the values live in their owner's LocalStorage
 * ElementTimers  the timers in values; each has an Alarm of the kernel's clock
 * Maps           makes them, and says which cannot be made
 * </pre>
 */
package org.bpfsim.bpf.map;
