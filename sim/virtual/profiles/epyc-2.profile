# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
# Figures of a machine for zramsim; docs/profiles.md has the format.

[machine]
name = epyc-2
summary = two CPUs of an AMD EPYC 7003 (Zen 3), as a small cloud machine has
isa = amd64
producer_cpu = 0 cpu | the first one
page_bytes = 4096 B | x86
error_share = 0.27 share | docs/validation.md: the worst of a fitted machine's operations

[core zen3]
mhz = 3400 MHz | AMD EPYC 7003 product brief: boost of many cores
insn_ps = 154 ps | fitted to Linux 6.18 in a virtual machine on an EPYC 7003: four points, half a cycle
stall_share = 0.55 share | estimate: out of order, 256 entries
rmw_ns = 5.6 ns | the same fit
fence_ns = 5.5 ns | estimate: as rmw_ns
l1_bytes = 32 KiB | AMD family 19h software optimization guide
l1_ways = 8 ways | AMD family 19h software optimization guide
l1_latency_ns = 1.2 ns | 4 and 12 cycles: AMD family 19h software optimization guide
l2_bytes = 512 KiB | AMD family 19h software optimization guide
l2_ways = 8 ways | AMD family 19h software optimization guide
l2_latency_ns = 3.6 ns | 4 and 12 cycles: AMD family 19h software optimization guide

[cluster zen3]
cpus = 2 cpus | AMD EPYC 7003: 32 MiB L3 per eight cores
node = 0 node | AMD EPYC 7003: 32 MiB L3 per eight cores
llc_bytes = 32768 KiB | AMD EPYC 7003: 32 MiB L3 per eight cores
llc_ways = 16 ways | AMD EPYC 7003: 32 MiB L3 per eight cores
llc_latency_ns = 14 ns | 46 cycles: AMD family 19h software optimization guide

[memory]
slc_bytes = 0 KiB | there is none
slc_ways = 0 ways | there is none
slc_latency_ns = 0 ns | there is none
dram_ns = 105 ns | estimate: DDR4-3200, from public tests of EPYC 7003
dram_remote_ns = 105 ns | estimate: DDR4-3200, from public tests of EPYC 7003
transfer_near_ns = 25 ns | estimate: from public core-to-core tests of EPYC 7003
transfer_far_ns = 25 ns | estimate: from public core-to-core tests of EPYC 7003
transfer_node_ns = 25 ns | estimate: from public core-to-core tests of EPYC 7003

[os]
context_switch_ns = 1200 ns | estimate: usual figures of context switches and wake-ups of a core of this speed
wakeup_ns = 5000 ns | estimate: usual figures of context switches and wake-ups of a core of this speed
slice_us = 1400 us | kernel/sched/fair.c of Linux 7.1: 0.7 ms x (1 + log2(min(CPUs, 8))), CPUs = 2
yield_ns = 24 ns | estimate: a function call and a test
fault_ns = 600 ns | estimate: exception entry and exit, VMA and folio work of a minor fault
lz4_compress_ns_per_kib = 700 ns | estimate: from usual speeds of lz4, zstd and lzo, by clock and width; not measured
zstd_compress_ns_per_kib = 2600 ns | estimate: from usual speeds of lz4, zstd and lzo, by clock and width; not measured
lzo_compress_ns_per_kib = 800 ns | estimate: from usual speeds of lz4, zstd and lzo, by clock and width; not measured
lz4_decompress_ns_per_kib = 200 ns | estimate: from usual speeds of lz4, zstd and lzo, by clock and width; not measured
zstd_decompress_ns_per_kib = 800 ns | estimate: from usual speeds of lz4, zstd and lzo, by clock and width; not measured
lzo_decompress_ns_per_kib = 450 ns | estimate: from usual speeds of lz4, zstd and lzo, by clock and width; not measured
