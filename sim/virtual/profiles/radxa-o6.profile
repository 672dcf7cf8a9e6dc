# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
# Figures of a machine for zramsim; docs/profiles.md has the format.

[machine]
name = radxa-o6
summary = Radxa Orion O6, CIX P1: 4 Cortex-A520 and 8 Cortex-A720
isa = arm64
producer_cpu = 4 cpu | the first Cortex-A720
page_bytes = 4096 B | the usual kernel
error_share = 0.33 share | estimate: more than the 0.27 of fitted machines, docs/validation.md

[core a520]
mhz = 1800 MHz | CIX P1 product brief
insn_ps = 556 ps | estimate: one cycle, in order, by analogy with the Cortex-A55 of rk3588
stall_share = 1 share | in order: no latency is hidden
rmw_ns = 10 ns | estimate: LSE atomic in L1
fence_ns = 10 ns | estimate: as rmw_ns
l1_bytes = 32 KiB | Arm Cortex-A520 TRM
l1_ways = 4 ways | Arm Cortex-A520 TRM
l1_latency_ns = 1.7 ns | estimate: 3 cycles
l2_bytes = 0 KiB | Arm Cortex-A520 TRM
l2_ways = 0 ways | Arm Cortex-A520 TRM
l2_latency_ns = 0 ns | estimate: 3 cycles

[core a720]
mhz = 2600 MHz | CIX P1 (CD8180) product brief
insn_ps = 192 ps | estimate: half a cycle, out of order
stall_share = 0.55 share | estimate: out of order
rmw_ns = 5 ns | estimate: LSE atomic in L1
fence_ns = 5 ns | estimate: as rmw_ns
l1_bytes = 64 KiB | Arm Cortex-A720 TRM
l1_ways = 4 ways | Arm Cortex-A720 TRM
l1_latency_ns = 1.5 ns | estimate: 4 and 10 cycles
l2_bytes = 512 KiB | Arm Cortex-A720 TRM
l2_ways = 8 ways | Arm Cortex-A720 TRM
l2_latency_ns = 3.8 ns | estimate: 4 and 10 cycles

[cluster a520]
cpus = 4 cpus | estimate: 512 KiB of shared L2
node = 0 node | estimate: 512 KiB of shared L2
llc_bytes = 512 KiB | estimate: 512 KiB of shared L2
llc_ways = 8 ways | estimate: 512 KiB of shared L2
llc_latency_ns = 8 ns | estimate

[cluster a720]
cpus = 4 cpus | CIX P1 product brief
node = 0 node | CIX P1 product brief
llc_bytes = 0 KiB | CIX P1 product brief
llc_ways = 0 ways | CIX P1 product brief
llc_latency_ns = 0 ns | there is none

[cluster a720]
cpus = 4 cpus | CIX P1 product brief
node = 0 node | CIX P1 product brief
llc_bytes = 0 KiB | CIX P1 product brief
llc_ways = 0 ways | CIX P1 product brief
llc_latency_ns = 0 ns | there is none

[memory]
slc_bytes = 12288 KiB | CIX P1 product brief: 12 MiB L3; latency an estimate
slc_ways = 12 ways | CIX P1 product brief: 12 MiB L3; latency an estimate
slc_latency_ns = 20 ns | CIX P1 product brief: 12 MiB L3; latency an estimate
dram_ns = 140 ns | estimate: LPDDR5-5500
dram_remote_ns = 140 ns | estimate: LPDDR5-5500
transfer_near_ns = 40 ns | estimate: from core-to-core tests of DynamIQ boards
transfer_far_ns = 50 ns | estimate: from core-to-core tests of DynamIQ boards
transfer_node_ns = 50 ns | estimate: from core-to-core tests of DynamIQ boards

[os]
context_switch_ns = 1400 ns | estimate: usual figures of context switches and wake-ups of a core of this speed
wakeup_ns = 3500 ns | estimate: usual figures of context switches and wake-ups of a core of this speed
slice_us = 2800 us | kernel/sched/fair.c of Linux 7.1: 0.7 ms x (1 + log2(min(CPUs, 8))), CPUs = 12
yield_ns = 28 ns | estimate: a function call and a test
fault_ns = 700 ns | estimate: exception entry and exit, VMA and folio work of a minor fault
lz4_compress_ns_per_kib = 980 ns | estimate: from usual speeds of lz4, zstd and lzo, by clock and width; not measured
zstd_compress_ns_per_kib = 3640 ns | estimate: from usual speeds of lz4, zstd and lzo, by clock and width; not measured
lzo_compress_ns_per_kib = 1120 ns | estimate: from usual speeds of lz4, zstd and lzo, by clock and width; not measured
lz4_decompress_ns_per_kib = 280 ns | estimate: from usual speeds of lz4, zstd and lzo, by clock and width; not measured
zstd_decompress_ns_per_kib = 1120 ns | estimate: from usual speeds of lz4, zstd and lzo, by clock and width; not measured
lzo_decompress_ns_per_kib = 630 ns | estimate: from usual speeds of lz4, zstd and lzo, by clock and width; not measured
