// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * plugin: counts for QEMU what a guest executes between two markers: instructions,
 * loads, stores, how many of these go to the stack, and atomics; by phase, by function, and for
 * each freed slot by itself.
 *
 * A phase begins where the first instruction of a function of the list is executed while
 * another phase is current, and ends when that function returns. So what a function calls counts
 * for it, unless that is the beginning of a phase in turn. Interrupts, and other tasks and programs
 * that run between the markers, are phases that nothing else contains; who reads leaves them out.
 *
 * Arguments: roots=FILE, with lines "FUNCTION PHASE CURRENT", and out=FILE.
 * Source: the interface's version 4 as QEMU 10.0 exports it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/kernel/guest/marker.h"
#include "bench/kernel/plugin/qemu_plugin.h"
#include "bench/kernel/plugin/symbols.h"
#include "bench/kernel/plugin/tally.h"

enum {
	MAX_FRAMES = 64,
	STACK_BYTES = 16384, /* of a kernel task, aligned, on both architectures */
	MAX_TEXT = 32 << 20, /* longest text a guest may hand over */
};

/** struct frame - a phase that has begun and not ended */
struct frame {
	uint64_t sp;
	uint64_t back; /* where it returns to, if that is known */
	int phase;
};

/** struct site - an instruction that was translated */
struct site {
	uint64_t pc;
	int symbol;
	bool known;
	bool atomic;
	bool percpu; /* reaches memory through the segment of this CPU's data */
};

QEMU_PLUGIN_EXPORT int qemu_plugin_version = QEMU_PLUGIN_VERSION;

static struct {
	bool arm;
	bool detailed; /* every instruction is watched, else markers alone: what is not is faster */
	bool active;
	uint64_t id;
	FILE *out;
	struct g_byte_array *bytes;
	struct qemu_plugin_register *sp_reg, *link_reg, *args[3];
	struct frame frames[MAX_FRAMES];
	int depth;
	int phase; /* of the instruction that is being executed */
	uint64_t sp;
	uint64_t task; /* stack of the task that is counted, 0 before it was in the kernel */
} state;

static uint64_t read_register(struct qemu_plugin_register *reg)
{
	uint64_t value;

	g_byte_array_set_size(state.bytes, 0);
	if (qemu_plugin_read_register(reg, state.bytes) < (int)sizeof(value))
		return 0;
	memcpy(&value, state.bytes->data, sizeof(value));
	return value;
}

static bool in_kernel(uint64_t addr)
{
	return addr >> 63;
}

/* The stack an address lies in. That of a pointer to its very top is below. */
static uint64_t stack_of(uint64_t at)
{
	return at & ~(uint64_t)(STACK_BYTES - 1);
}

static int current(void)
{
	return state.depth ? state.frames[state.depth - 1].phase : PHASE_ZAP;
}

static void pop_frame(void)
{
	state.depth--;
	tally_leave(state.frames[state.depth].phase, state.depth);
}

static void pop_frames(uint64_t pc)
{
	const struct frame *top;

	while (state.depth) {
		top = &state.frames[state.depth - 1];
		if (state.sp < top->sp || (state.sp == top->sp && pc != top->back))
			break;
		pop_frame();
	}
}

static void push_frame(int phase)
{
	struct frame *top;

	if (state.depth == MAX_FRAMES) {
		fprintf(stderr, "plugin: phases are nested deeper than %d\n", MAX_FRAMES);
		exit(1);
	}
	tally_enter(phase, state.depth);
	top = &state.frames[state.depth++];
	top->sp = state.sp;
	top->back = state.arm ? read_register(state.link_reg) : 0;
	top->phase = phase;
}

/* Which phase an instruction belongs to, on the stack of the counted task or on another. */
static int phase_at(const struct site *site)
{
	int phase;

	if (!in_kernel(site->pc)) {
		while (state.depth)
			pop_frame();
		return PHASE_ELSEWHERE;
	}
	if (in_kernel(state.sp) && !state.task)
		state.task = stack_of(state.sp - 1);
	if (in_kernel(state.sp) && stack_of(state.sp - 1) != state.task)
		return current() == PHASE_IRQ ? PHASE_IRQ : PHASE_ELSEWHERE;
	if (in_kernel(state.sp))
		pop_frames(site->pc);
	phase = symbol_root(site->pc, current());
	if (phase >= 0)
		push_frame(phase);
	return current();
}

static void on_exec(unsigned int vcpu, void *data)
{
	struct site *site = data;

	(void)vcpu;
	if (!state.active)
		return;
	if (!site->known) {
		site->symbol = symbol_at(site->pc);
		site->known = true;
	}
	state.sp = read_register(state.sp_reg);
	state.phase = phase_at(site);
	tally_insn(state.phase, site->symbol, site->atomic);
}

static void on_access(unsigned int vcpu, uint32_t info, uint64_t vaddr, void *data)
{
	const struct site *site = data;

	(void)vcpu;
	if (state.active)
		tally_access(state.phase, site->symbol, qemu_plugin_mem_is_store(info),
			     stack_of(vaddr) == stack_of(state.sp - 1), site->percpu);
}

/* Text of the guest, with a zero behind it. */
static const char *guest_text(void)
{
	uint64_t at = read_register(state.args[1]), len = read_register(state.args[2]);

	if (len > MAX_TEXT || !qemu_plugin_read_memory_vaddr(at, state.bytes, len)) {
		fprintf(stderr, "plugin: the guest's text cannot be read\n");
		exit(1);
	}
	g_byte_array_set_size(state.bytes, (unsigned int)len + 1);
	state.bytes->data[len] = 0;
	return (char *)state.bytes->data;
}

static void on_translate(uint64_t id, struct qemu_plugin_tb *tb);

static void on_reset(uint64_t id)
{
	qemu_plugin_register_vcpu_tb_trans_cb(id, on_translate);
}

/* All that was translated is translated again. */
static void set_detailed(bool detailed)
{
	state.detailed = detailed;
	qemu_plugin_reset(state.id, on_reset);
}

static void on_marker(unsigned int vcpu, void *data)
{
	(void)vcpu;
	(void)data;
	switch (read_register(state.args[0])) {
	case MARKER_SYMBOLS:
		symbols_parse(guest_text());
		set_detailed(true);
		break;
	case MARKER_COARSE:
		set_detailed(false);
		break;
	case MARKER_BEGIN:
		state.depth = 0;
		state.task = 0;
		tally_begin(guest_text());
		state.active = true;
		break;
	case MARKER_END:
		state.active = false;
		tally_end(state.out);
		break;
	case MARKER_WRITE:
		fprintf(state.out, "%s\n", guest_text());
		break;
	}
	fflush(state.out);
}

static void decode_amd64(struct site *site, const uint8_t *bytes, size_t len)
{
	size_t i = 0;

	for (; i < len; i++) {
		site->atomic |= bytes[i] == 0xf0;
		site->percpu |= bytes[i] == 0x65;
		/* Prefixes, of which the last is REX. */
		if (!memchr("\x26\x2e\x36\x3e\x64\x65\x66\x67\xf0\xf2\xf3", bytes[i], 11) &&
		    (bytes[i] & 0xf0) != 0x40)
			break;
	}
	/* An exchange with memory locks without a prefix. */
	if (i + 1 < len && (bytes[i] & 0xfe) == 0x86 && bytes[i + 1] >> 6 != 3)
		site->atomic = true;
}

static bool is_atomic_arm64(const uint8_t *bytes)
{
	uint32_t word;

	memcpy(&word, bytes, sizeof(word));
	/* LDAPR, a load among what follows. */
	if ((word & 0x3ffffc00) == 0x38bfc000)
		return false;
	/* LDADD and its kind, SWP; CAS and CASP; STXR and STXP, the second half of a pair. */
	return (word & 0x3f200c00) == 0x38200000 || (word & 0x3fa07c00) == 0x08a07c00 ||
	       (word & 0xbfa07c00) == 0x08207c00 || (word & 0x3fe00000) == 0x08000000 ||
	       (word & 0xbfe00000) == 0x88200000;
}

static void on_translate(uint64_t id, struct qemu_plugin_tb *tb)
{
	size_t nr = qemu_plugin_tb_n_insns(tb), i, len;
	struct qemu_plugin_insn *insn;
	uint8_t bytes[16];
	struct site *site;

	(void)id;
	for (i = 0; i < nr; i++) {
		insn = qemu_plugin_tb_get_insn(tb, i);
		len = qemu_plugin_insn_data(insn, bytes, sizeof(bytes));
		if (state.arm ? !memcmp(bytes, MARKER_ARM64, 4)
			      : len >= 7 && !memcmp(bytes, MARKER_AMD64, 7)) {
			qemu_plugin_register_vcpu_insn_exec_cb(insn, on_marker,
							       QEMU_PLUGIN_CB_R_REGS, NULL);
			continue;
		}
		if (!state.detailed)
			continue;
		site = calloc(1, sizeof(*site));
		if (!site) {
			fprintf(stderr, "plugin: out of memory\n");
			exit(1);
		}
		site->pc = qemu_plugin_insn_vaddr(insn);
		if (state.arm)
			site->atomic = is_atomic_arm64(bytes);
		else
			decode_amd64(site, bytes, len);
		qemu_plugin_register_vcpu_insn_exec_cb(insn, on_exec, QEMU_PLUGIN_CB_R_REGS, site);
		qemu_plugin_register_vcpu_mem_cb(insn, on_access, QEMU_PLUGIN_CB_NO_REGS,
						 QEMU_PLUGIN_MEM_RW, site);
	}
}

static void on_vcpu(uint64_t id, unsigned int vcpu)
{
	static const char *const names[2][5] = {
		{ "rsp", "rsp", "rdi", "rsi", "rdx" },
		{ "sp", "x30", "x0", "x1", "x2" },
	};
	struct qemu_plugin_register **const regs[] = {
		&state.sp_reg, &state.link_reg, &state.args[0], &state.args[1], &state.args[2],
	};
	struct g_array *array = qemu_plugin_get_registers();
	struct qemu_plugin_reg_descriptor *descriptors = (void *)array->data;
	unsigned int i, j;

	(void)id;
	(void)vcpu;
	for (i = 0; i < array->len; i++) {
		for (j = 0; j < 5; j++) {
			if (!strcmp(descriptors[i].name, names[state.arm][j]))
				*regs[j] = descriptors[i].handle;
		}
	}
}

int qemu_plugin_install(uint64_t id, const struct qemu_info *info, int argc, char **argv)
{
	int i, err = 0;

	state.id = id;
	state.arm = !strcmp(info->target_name, "aarch64");
	state.bytes = g_byte_array_new();
	for (i = 0; i < argc; i++) {
		if (!strncmp(argv[i], "roots=", 6))
			err |= symbols_roots(argv[i] + 6);
		else if (!strncmp(argv[i], "out=", 4))
			state.out = fopen(argv[i] + 4, "w");
	}
	if (err || !state.out) {
		fprintf(stderr, "plugin: roots=FILE and out=FILE are needed\n");
		return 1;
	}
	qemu_plugin_register_vcpu_init_cb(id, on_vcpu);
	qemu_plugin_register_vcpu_tb_trans_cb(id, on_translate);
	return 0;
}
