# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
# Figures of a machine for zramsim; docs/profiles.md has the format.

[machine]
name = server-128
summary = two nodes of 64 Zen 3 cores, eight to a 32 MiB L3
isa = amd64
producer_cpu = 0 cpu | the first one
page_bytes = 4096 B | x86
error_share = 0.33 share | estimate: more than the 0.27 of fitted machines, docs/validation.md

[core zen3]
mhz = 3200 MHz | AMD EPYC 7763 product brief: between base and boost
insn_ps = 164 ps | estimate: half a cycle, as was fitted to Linux 6.18 on an EPYC 7003: 0.154 ns at 3.4 GHz
stall_share = 0.55 share | estimate: out of order, 256 entries
rmw_ns = 5.6 ns | fitted to Linux 6.18 in a virtual machine on an EPYC 7003
fence_ns = 5.5 ns | estimate: as rmw_ns
l1_bytes = 32 KiB | AMD family 19h software optimization guide
l1_ways = 8 ways | AMD family 19h software optimization guide
l1_latency_ns = 1.2 ns | 4 and 12 cycles: AMD family 19h software optimization guide
l2_bytes = 512 KiB | AMD family 19h software optimization guide
l2_ways = 8 ways | AMD family 19h software optimization guide
l2_latency_ns = 3.6 ns | 4 and 12 cycles: AMD family 19h software optimization guide

[cluster zen3]
cpus = 8 cpus | AMD EPYC 7003: 32 MiB L3 per eight cores
node = 0 node | AMD EPYC 7003: 32 MiB L3 per eight cores
llc_bytes = 32768 KiB | AMD EPYC 7003: 32 MiB L3 per eight cores
llc_ways = 16 ways | AMD EPYC 7003: 32 MiB L3 per eight cores
llc_latency_ns = 15 ns | 46 cycles: AMD family 19h software optimization guide

[cluster zen3]
cpus = 8 cpus | AMD EPYC 7003: 32 MiB L3 per eight cores
node = 0 node | AMD EPYC 7003: 32 MiB L3 per eight cores
llc_bytes = 32768 KiB | AMD EPYC 7003: 32 MiB L3 per eight cores
llc_ways = 16 ways | AMD EPYC 7003: 32 MiB L3 per eight cores
llc_latency_ns = 15 ns | 46 cycles: AMD family 19h software optimization guide

[cluster zen3]
cpus = 8 cpus | AMD EPYC 7003: 32 MiB L3 per eight cores
node = 0 node | AMD EPYC 7003: 32 MiB L3 per eight cores
llc_bytes = 32768 KiB | AMD EPYC 7003: 32 MiB L3 per eight cores
llc_ways = 16 ways | AMD EPYC 7003: 32 MiB L3 per eight cores
llc_latency_ns = 15 ns | 46 cycles: AMD family 19h software optimization guide

[cluster zen3]
cpus = 8 cpus | AMD EPYC 7003: 32 MiB L3 per eight cores
node = 0 node | AMD EPYC 7003: 32 MiB L3 per eight cores
llc_bytes = 32768 KiB | AMD EPYC 7003: 32 MiB L3 per eight cores
llc_ways = 16 ways | AMD EPYC 7003: 32 MiB L3 per eight cores
llc_latency_ns = 15 ns | 46 cycles: AMD family 19h software optimization guide

[cluster zen3]
cpus = 8 cpus | AMD EPYC 7003: 32 MiB L3 per eight cores
node = 0 node | AMD EPYC 7003: 32 MiB L3 per eight cores
llc_bytes = 32768 KiB | AMD EPYC 7003: 32 MiB L3 per eight cores
llc_ways = 16 ways | AMD EPYC 7003: 32 MiB L3 per eight cores
llc_latency_ns = 15 ns | 46 cycles: AMD family 19h software optimization guide

[cluster zen3]
cpus = 8 cpus | AMD EPYC 7003: 32 MiB L3 per eight cores
node = 0 node | AMD EPYC 7003: 32 MiB L3 per eight cores
llc_bytes = 32768 KiB | AMD EPYC 7003: 32 MiB L3 per eight cores
llc_ways = 16 ways | AMD EPYC 7003: 32 MiB L3 per eight cores
llc_latency_ns = 15 ns | 46 cycles: AMD family 19h software optimization guide

[cluster zen3]
cpus = 8 cpus | AMD EPYC 7003: 32 MiB L3 per eight cores
node = 0 node | AMD EPYC 7003: 32 MiB L3 per eight cores
llc_bytes = 32768 KiB | AMD EPYC 7003: 32 MiB L3 per eight cores
llc_ways = 16 ways | AMD EPYC 7003: 32 MiB L3 per eight cores
llc_latency_ns = 15 ns | 46 cycles: AMD family 19h software optimization guide

[cluster zen3]
cpus = 8 cpus | AMD EPYC 7003: 32 MiB L3 per eight cores
node = 0 node | AMD EPYC 7003: 32 MiB L3 per eight cores
llc_bytes = 32768 KiB | AMD EPYC 7003: 32 MiB L3 per eight cores
llc_ways = 16 ways | AMD EPYC 7003: 32 MiB L3 per eight cores
llc_latency_ns = 15 ns | 46 cycles: AMD family 19h software optimization guide

[cluster zen3]
cpus = 8 cpus | AMD EPYC 7003: 32 MiB L3 per eight cores
node = 1 node | AMD EPYC 7003: 32 MiB L3 per eight cores
llc_bytes = 32768 KiB | AMD EPYC 7003: 32 MiB L3 per eight cores
llc_ways = 16 ways | AMD EPYC 7003: 32 MiB L3 per eight cores
llc_latency_ns = 15 ns | 46 cycles: AMD family 19h software optimization guide

[cluster zen3]
cpus = 8 cpus | AMD EPYC 7003: 32 MiB L3 per eight cores
node = 1 node | AMD EPYC 7003: 32 MiB L3 per eight cores
llc_bytes = 32768 KiB | AMD EPYC 7003: 32 MiB L3 per eight cores
llc_ways = 16 ways | AMD EPYC 7003: 32 MiB L3 per eight cores
llc_latency_ns = 15 ns | 46 cycles: AMD family 19h software optimization guide

[cluster zen3]
cpus = 8 cpus | AMD EPYC 7003: 32 MiB L3 per eight cores
node = 1 node | AMD EPYC 7003: 32 MiB L3 per eight cores
llc_bytes = 32768 KiB | AMD EPYC 7003: 32 MiB L3 per eight cores
llc_ways = 16 ways | AMD EPYC 7003: 32 MiB L3 per eight cores
llc_latency_ns = 15 ns | 46 cycles: AMD family 19h software optimization guide

[cluster zen3]
cpus = 8 cpus | AMD EPYC 7003: 32 MiB L3 per eight cores
node = 1 node | AMD EPYC 7003: 32 MiB L3 per eight cores
llc_bytes = 32768 KiB | AMD EPYC 7003: 32 MiB L3 per eight cores
llc_ways = 16 ways | AMD EPYC 7003: 32 MiB L3 per eight cores
llc_latency_ns = 15 ns | 46 cycles: AMD family 19h software optimization guide

[cluster zen3]
cpus = 8 cpus | AMD EPYC 7003: 32 MiB L3 per eight cores
node = 1 node | AMD EPYC 7003: 32 MiB L3 per eight cores
llc_bytes = 32768 KiB | AMD EPYC 7003: 32 MiB L3 per eight cores
llc_ways = 16 ways | AMD EPYC 7003: 32 MiB L3 per eight cores
llc_latency_ns = 15 ns | 46 cycles: AMD family 19h software optimization guide

[cluster zen3]
cpus = 8 cpus | AMD EPYC 7003: 32 MiB L3 per eight cores
node = 1 node | AMD EPYC 7003: 32 MiB L3 per eight cores
llc_bytes = 32768 KiB | AMD EPYC 7003: 32 MiB L3 per eight cores
llc_ways = 16 ways | AMD EPYC 7003: 32 MiB L3 per eight cores
llc_latency_ns = 15 ns | 46 cycles: AMD family 19h software optimization guide

[cluster zen3]
cpus = 8 cpus | AMD EPYC 7003: 32 MiB L3 per eight cores
node = 1 node | AMD EPYC 7003: 32 MiB L3 per eight cores
llc_bytes = 32768 KiB | AMD EPYC 7003: 32 MiB L3 per eight cores
llc_ways = 16 ways | AMD EPYC 7003: 32 MiB L3 per eight cores
llc_latency_ns = 15 ns | 46 cycles: AMD family 19h software optimization guide

[cluster zen3]
cpus = 8 cpus | AMD EPYC 7003: 32 MiB L3 per eight cores
node = 1 node | AMD EPYC 7003: 32 MiB L3 per eight cores
llc_bytes = 32768 KiB | AMD EPYC 7003: 32 MiB L3 per eight cores
llc_ways = 16 ways | AMD EPYC 7003: 32 MiB L3 per eight cores
llc_latency_ns = 15 ns | 46 cycles: AMD family 19h software optimization guide

[memory]
slc_bytes = 0 KiB | there is none
slc_ways = 0 ways | there is none
slc_latency_ns = 0 ns | there is none
dram_ns = 110 ns | estimate: from public tests of two-socket EPYC 7003
dram_remote_ns = 200 ns | estimate: from public tests of two-socket EPYC 7003
transfer_near_ns = 25 ns | estimate: from public core-to-core tests of two-socket EPYC 7003
transfer_far_ns = 95 ns | estimate: from public core-to-core tests of two-socket EPYC 7003
transfer_node_ns = 200 ns | estimate: from public core-to-core tests of two-socket EPYC 7003

[os]
context_switch_ns = 1200 ns | estimate: usual figures of context switches and wake-ups of a core of this speed
wakeup_ns = 3000 ns | estimate: usual figures of context switches and wake-ups of a core of this speed
slice_us = 2800 us | kernel/sched/fair.c of Linux 7.1: 0.7 ms x (1 + log2(min(CPUs, 8))), CPUs = 128
yield_ns = 24 ns | estimate: a function call and a test
fault_ns = 600 ns | estimate: exception entry and exit, VMA and folio work of a minor fault
lz4_compress_ns_per_kib = 735 ns | estimate: from usual speeds of lz4, zstd and lzo, by clock and width; not measured
zstd_compress_ns_per_kib = 2730 ns | estimate: from usual speeds of lz4, zstd and lzo, by clock and width; not measured
lzo_compress_ns_per_kib = 840 ns | estimate: from usual speeds of lz4, zstd and lzo, by clock and width; not measured
lz4_decompress_ns_per_kib = 210 ns | estimate: from usual speeds of lz4, zstd and lzo, by clock and width; not measured
zstd_decompress_ns_per_kib = 840 ns | estimate: from usual speeds of lz4, zstd and lzo, by clock and width; not measured
lzo_decompress_ns_per_kib = 472 ns | estimate: from usual speeds of lz4, zstd and lzo, by clock and width; not measured
