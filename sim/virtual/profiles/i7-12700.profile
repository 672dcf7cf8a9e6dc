# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
# Figures of a machine for zramsim; docs/profiles.md has the format.

[machine]
name = i7-12700
summary = Intel Core i7-12700: 8 performance and 4 efficient cores, one CPU each (no hyperthreads)
isa = amd64
producer_cpu = 0 cpu | the first performance core
page_bytes = 4096 B | x86
error_share = 0.27 share | docs/validation.md: the worst of a fitted machine's operations

[core p]
mhz = 4700 MHz | estimate: several cores busy, between base and the 4.8 GHz turbo of Intel ARK
insn_ps = 70.9 ps | fitted to the lock series of 2026: munmap of 256 MB, 11.7 and 9.8 ms: 179 ns per slot and 29 less without the pool lock, with the RFC's pages: 204 and 25.0; 0.33 cycles, an atomic 54
stall_share = 0.5 share | estimate: out of order, 512 entries
rmw_ns = 11.47 ns | fitted to the lock series of 2026: munmap of 256 MB, 11.7 and 9.8 ms: 179 ns per slot and 29 less without the pool lock, with the RFC's pages: 204 and 25.0; 0.33 cycles, an atomic 54
fence_ns = 4.2 ns | estimate: as rmw_ns
l1_bytes = 48 KiB | Intel optimization manual, Golden Cove
l1_ways = 12 ways | Intel optimization manual, Golden Cove
l1_latency_ns = 1.1 ns | 5 and 15 cycles: Intel optimization manual
l2_bytes = 1280 KiB | Intel optimization manual, Golden Cove
l2_ways = 10 ways | Intel optimization manual, Golden Cove
l2_latency_ns = 3.2 ns | 5 and 15 cycles: Intel optimization manual

[core e]
mhz = 3600 MHz | Intel ARK: i7-12700, efficient cores
insn_ps = 167 ps | estimate: 0.6 cycles
stall_share = 0.6 share | estimate: out of order, 256 entries
rmw_ns = 5.5 ns | estimate: about 20 cycles
fence_ns = 5.5 ns | estimate: as rmw_ns
l1_bytes = 32 KiB | Intel optimization manual, Gracemont: a quarter of 2 MiB
l1_ways = 8 ways | Intel optimization manual, Gracemont: a quarter of 2 MiB
l1_latency_ns = 0.9 ns | estimate: 3 and 20 cycles
l2_bytes = 512 KiB | Intel optimization manual, Gracemont: a quarter of 2 MiB
l2_ways = 16 ways | Intel optimization manual, Gracemont: a quarter of 2 MiB
l2_latency_ns = 5.5 ns | estimate: 3 and 20 cycles

[cluster p]
cpus = 8 cpus | Intel ARK
node = 0 node | Intel ARK
llc_bytes = 0 KiB | Intel ARK
llc_ways = 0 ways | Intel ARK
llc_latency_ns = 0 ns | there is none

[cluster e]
cpus = 4 cpus | Intel ARK
node = 0 node | Intel ARK
llc_bytes = 0 KiB | Intel ARK
llc_ways = 0 ways | Intel ARK
llc_latency_ns = 0 ns | there is none

[memory]
slc_bytes = 25600 KiB | Intel ARK: 25 MiB L3; latency about 70 cycles, estimate from public tests
slc_ways = 10 ways | Intel ARK: 25 MiB L3; latency about 70 cycles, estimate from public tests
slc_latency_ns = 15 ns | Intel ARK: 25 MiB L3; latency about 70 cycles, estimate from public tests
dram_ns = 85 ns | estimate: DDR4-3200 or DDR5-4800, from public tests
dram_remote_ns = 85 ns | estimate: DDR4-3200 or DDR5-4800, from public tests
transfer_near_ns = 35 ns | estimate: from public core-to-core tests of Alder Lake
transfer_far_ns = 45 ns | estimate: from public core-to-core tests of Alder Lake
transfer_node_ns = 45 ns | estimate: from public core-to-core tests of Alder Lake

[os]
context_switch_ns = 900 ns | estimate: usual figures of context switches and wake-ups of a core of this speed
wakeup_ns = 2500 ns | estimate: usual figures of context switches and wake-ups of a core of this speed
slice_us = 2800 us | kernel/sched/fair.c of Linux 7.1: 0.7 ms x (1 + log2(min(CPUs, 8))), CPUs = 20
yield_ns = 18 ns | estimate: a function call and a test
fault_ns = 450 ns | estimate: exception entry and exit, VMA and folio work of a minor fault
lz4_compress_ns_per_kib = 525 ns | estimate: from usual speeds of lz4, zstd and lzo, by clock and width; not measured
zstd_compress_ns_per_kib = 1950 ns | estimate: from usual speeds of lz4, zstd and lzo, by clock and width; not measured
lzo_compress_ns_per_kib = 600 ns | estimate: from usual speeds of lz4, zstd and lzo, by clock and width; not measured
lz4_decompress_ns_per_kib = 150 ns | estimate: from usual speeds of lz4, zstd and lzo, by clock and width; not measured
zstd_decompress_ns_per_kib = 600 ns | estimate: from usual speeds of lz4, zstd and lzo, by clock and width; not measured
lzo_decompress_ns_per_kib = 338 ns | estimate: from usual speeds of lz4, zstd and lzo, by clock and width; not measured
