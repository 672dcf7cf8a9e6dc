# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
# Figures of a machine for zramsim; docs/profiles.md has the format.

[machine]
name = rk3588
summary = Rockchip RK3588 (Rock 5B, Orange Pi 5): 4 Cortex-A55 and 4 Cortex-A76
isa = arm64
producer_cpu = 2 cpu | the RFC pins its task to CPU2, a Cortex-A55
page_bytes = 4096 B | usual Android and Debian kernels
error_share = 0.27 share | docs/validation.md: the worst of a fitted machine's operations

[core a55]
mhz = 1800 MHz | Rockchip RK3588 data sheet, 2022
insn_ps = 597.1 ps | fitted to the RFC of April 2026, CPU2: munmap of 256 MB, 63.1 and 18.6 ms: 963 and 283 ns per slot, with objects of 1300 bytes: 931 and 290; 1.07 cycles, an atomic 5
stall_share = 1 share | in order: no latency is hidden
rmw_ns = 2.78 ns | fitted to the RFC of April 2026, CPU2: munmap of 256 MB, 63.1 and 18.6 ms: 963 and 283 ns per slot, with objects of 1300 bytes: 931 and 290; 1.07 cycles, an atomic 5
fence_ns = 12 ns | estimate: as rmw_ns
l1_bytes = 32 KiB | Arm Cortex-A55 TRM; RK3588 data sheet
l1_ways = 4 ways | Arm Cortex-A55 TRM; RK3588 data sheet
l1_latency_ns = 1.7 ns | estimate: 3 and 9 cycles
l2_bytes = 128 KiB | Arm Cortex-A55 TRM; RK3588 data sheet
l2_ways = 4 ways | Arm Cortex-A55 TRM; RK3588 data sheet
l2_latency_ns = 5 ns | estimate: 3 and 9 cycles

[core a76]
mhz = 2400 MHz | Rockchip RK3588 data sheet, 2022
insn_ps = 208 ps | estimate: half a cycle, as Zen 3 was fitted on kernel code
stall_share = 0.6 share | estimate: out of order, 128 entries
rmw_ns = 6 ns | estimate: LSE atomic in L1, about 15 cycles
fence_ns = 6 ns | estimate: as rmw_ns
l1_bytes = 64 KiB | Arm Cortex-A76 TRM; RK3588 data sheet
l1_ways = 4 ways | Arm Cortex-A76 TRM; RK3588 data sheet
l1_latency_ns = 1.7 ns | estimate: 4 and 11 cycles
l2_bytes = 512 KiB | Arm Cortex-A76 TRM; RK3588 data sheet
l2_ways = 8 ways | Arm Cortex-A76 TRM; RK3588 data sheet
l2_latency_ns = 4.6 ns | estimate: 4 and 11 cycles

[cluster a55]
cpus = 4 cpus | RK3588 data sheet: CPU 0 to 3; the L3 is shared by all, see [memory]
node = 0 node | RK3588 data sheet: CPU 0 to 3; the L3 is shared by all, see [memory]
llc_bytes = 0 KiB | RK3588 data sheet: CPU 0 to 3; the L3 is shared by all, see [memory]
llc_ways = 0 ways | RK3588 data sheet: CPU 0 to 3; the L3 is shared by all, see [memory]
llc_latency_ns = 0 ns | there is none

[cluster a76]
cpus = 2 cpus | CPU 4 and 5
node = 0 node | CPU 4 and 5
llc_bytes = 0 KiB | CPU 4 and 5
llc_ways = 0 ways | CPU 4 and 5
llc_latency_ns = 0 ns | there is none

[cluster a76]
cpus = 2 cpus | CPU 6 and 7
node = 0 node | CPU 6 and 7
llc_bytes = 0 KiB | CPU 6 and 7
llc_ways = 0 ways | CPU 6 and 7
llc_latency_ns = 0 ns | there is none

[memory]
slc_bytes = 3072 KiB | RK3588 data sheet: 3 MiB shared L3; latency an estimate
slc_ways = 12 ways | RK3588 data sheet: 3 MiB shared L3; latency an estimate
slc_latency_ns = 18 ns | RK3588 data sheet: 3 MiB shared L3; latency an estimate
dram_ns = 130 ns | estimate: LPDDR4X, from public pointer-chasing figures
dram_remote_ns = 130 ns | estimate: LPDDR4X, from public pointer-chasing figures
transfer_near_ns = 45 ns | estimate: from core-to-core tests of DynamIQ boards
transfer_far_ns = 60 ns | estimate: from core-to-core tests of DynamIQ boards
transfer_node_ns = 60 ns | estimate: from core-to-core tests of DynamIQ boards

[os]
context_switch_ns = 1800 ns | estimate: usual figures of context switches and wake-ups of a core of this speed
wakeup_ns = 4000 ns | estimate: usual figures of context switches and wake-ups of a core of this speed
slice_us = 2800 us | kernel/sched/fair.c of Linux 7.1: 0.7 ms x (1 + log2(min(CPUs, 8))), CPUs = 8
yield_ns = 36 ns | estimate: a function call and a test
fault_ns = 900 ns | estimate: exception entry and exit, VMA and folio work of a minor fault
lz4_compress_ns_per_kib = 1540 ns | estimate: from usual speeds of lz4, zstd and lzo, by clock and width; not measured
zstd_compress_ns_per_kib = 5720 ns | estimate: from usual speeds of lz4, zstd and lzo, by clock and width; not measured
lzo_compress_ns_per_kib = 1760 ns | estimate: from usual speeds of lz4, zstd and lzo, by clock and width; not measured
lz4_decompress_ns_per_kib = 440 ns | estimate: from usual speeds of lz4, zstd and lzo, by clock and width; not measured
zstd_decompress_ns_per_kib = 1760 ns | estimate: from usual speeds of lz4, zstd and lzo, by clock and width; not measured
lzo_decompress_ns_per_kib = 990 ns | estimate: from usual speeds of lz4, zstd and lzo, by clock and width; not measured
