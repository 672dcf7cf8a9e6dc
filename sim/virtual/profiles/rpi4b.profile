# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
# Figures of a machine for zramsim; docs/profiles.md has the format.

[machine]
name = rpi4b
summary = Raspberry Pi 4B: 4 Cortex-A72 at 1.5 GHz
isa = arm64
producer_cpu = 0 cpu | the first one
page_bytes = 4096 B | the usual kernel
error_share = 0.27 share | docs/validation.md: the worst of a fitted machine's operations

[core a72]
mhz = 1500 MHz | Broadcom BCM2711 documentation: 1.5 GHz
insn_ps = 1109.6 ps | fitted to the lock series of 2026: munmap of 256 MB, 59.0 and 56.0 ms: 900 ns per slot and 45.8 less without the pool lock, with the RFC's pages: 900 and 45.8; 1.66 cycles, an atomic 10
stall_share = 0.75 share | estimate: out of order, small window
rmw_ns = 6.81 ns | fitted to the lock series of 2026: munmap of 256 MB, 59.0 and 56.0 ms: 900 ns per slot and 45.8 less without the pool lock, with the RFC's pages: 900 and 45.8; 1.66 cycles, an atomic 10
fence_ns = 20 ns | estimate: as rmw_ns
l1_bytes = 32 KiB | Arm Cortex-A72 TRM; the L2 is shared, see [cluster]
l1_ways = 2 ways | Arm Cortex-A72 TRM; the L2 is shared, see [cluster]
l1_latency_ns = 2.7 ns | estimate: 4 cycles
l2_bytes = 0 KiB | Arm Cortex-A72 TRM; the L2 is shared, see [cluster]
l2_ways = 0 ways | Arm Cortex-A72 TRM; the L2 is shared, see [cluster]
l2_latency_ns = 0 ns | estimate: 4 cycles

[cluster a72]
cpus = 4 cpus | BCM2711: 1 MiB shared L2
node = 0 node | BCM2711: 1 MiB shared L2
llc_bytes = 1024 KiB | BCM2711: 1 MiB shared L2
llc_ways = 16 ways | BCM2711: 1 MiB shared L2
llc_latency_ns = 15 ns | estimate: 22 cycles

[memory]
slc_bytes = 0 KiB | there is none
slc_ways = 0 ways | there is none
slc_latency_ns = 0 ns | there is none
dram_ns = 150 ns | estimate: LPDDR4-3200, from public pointer-chasing figures
dram_remote_ns = 150 ns | estimate: LPDDR4-3200, from public pointer-chasing figures
transfer_near_ns = 50 ns | estimate: from core-to-core tests of DynamIQ boards
transfer_far_ns = 50 ns | estimate: from core-to-core tests of DynamIQ boards
transfer_node_ns = 50 ns | estimate: from core-to-core tests of DynamIQ boards

[os]
context_switch_ns = 2200 ns | estimate: usual figures of context switches and wake-ups of a core of this speed
wakeup_ns = 5000 ns | estimate: usual figures of context switches and wake-ups of a core of this speed
slice_us = 2100 us | kernel/sched/fair.c of Linux 7.1: 0.7 ms x (1 + log2(min(CPUs, 8))), CPUs = 4
yield_ns = 44 ns | estimate: a function call and a test
fault_ns = 1100 ns | estimate: exception entry and exit, VMA and folio work of a minor fault
lz4_compress_ns_per_kib = 1820 ns | estimate: from usual speeds of lz4, zstd and lzo, by clock and width; not measured
zstd_compress_ns_per_kib = 6760 ns | estimate: from usual speeds of lz4, zstd and lzo, by clock and width; not measured
lzo_compress_ns_per_kib = 2080 ns | estimate: from usual speeds of lz4, zstd and lzo, by clock and width; not measured
lz4_decompress_ns_per_kib = 520 ns | estimate: from usual speeds of lz4, zstd and lzo, by clock and width; not measured
zstd_decompress_ns_per_kib = 2080 ns | estimate: from usual speeds of lz4, zstd and lzo, by clock and width; not measured
lzo_decompress_ns_per_kib = 1170 ns | estimate: from usual speeds of lz4, zstd and lzo, by clock and width; not measured
