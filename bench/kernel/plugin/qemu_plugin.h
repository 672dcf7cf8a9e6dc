/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * qemu_plugin: of the interface between QEMU and plugins, version 4, the part that is used here.
 *
 * QEMU's own header is in no Debian package. These are declarations of our own, under the names
 * and with the types that the program exports.
 */
#ifndef BENCH_KERNEL_PLUGIN_QEMU_PLUGIN_H
#define BENCH_KERNEL_PLUGIN_QEMU_PLUGIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define QEMU_PLUGIN_EXPORT __attribute__((visibility("default")))

enum {
	QEMU_PLUGIN_VERSION = 4
};
enum {
	QEMU_PLUGIN_CB_NO_REGS,
	QEMU_PLUGIN_CB_R_REGS,
	QEMU_PLUGIN_CB_RW_REGS
};
enum {
	QEMU_PLUGIN_MEM_R = 1,
	QEMU_PLUGIN_MEM_W,
	QEMU_PLUGIN_MEM_RW
};

struct qemu_plugin_tb;
struct qemu_plugin_insn;
struct qemu_plugin_register;

/** struct g_byte_array - GLib's GByteArray */
struct g_byte_array {
	uint8_t *data;
	unsigned int len;
};

/** struct g_array - GLib's GArray */
struct g_array {
	char *data;
	unsigned int len;
};

struct g_byte_array *g_byte_array_new(void);
struct g_byte_array *g_byte_array_set_size(struct g_byte_array *array, unsigned int len);

/** struct qemu_plugin_reg_descriptor - a register of the guest */
struct qemu_plugin_reg_descriptor {
	struct qemu_plugin_register *handle;
	const char *name;
	const char *feature;
};

/** struct qemu_info - what a plugin is told of the machine */
struct qemu_info {
	const char *target_name;
	struct {
		int min;
		int cur;
	} version;
	bool system_emulation;
	struct {
		int smp_vcpus;
		int max_vcpus;
	} system;
};

typedef void (*qemu_plugin_tb_cb_t)(uint64_t id, struct qemu_plugin_tb *tb);
typedef void (*qemu_plugin_vcpu_cb_t)(uint64_t id, unsigned int vcpu);
typedef void (*qemu_plugin_exec_cb_t)(unsigned int vcpu, void *data);
typedef void (*qemu_plugin_mem_cb_t)(unsigned int vcpu, uint32_t info, uint64_t vaddr, void *data);

void qemu_plugin_register_vcpu_init_cb(uint64_t id, qemu_plugin_vcpu_cb_t cb);
void qemu_plugin_register_vcpu_tb_trans_cb(uint64_t id, qemu_plugin_tb_cb_t cb);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn, qemu_plugin_exec_cb_t cb,
					    int flags, void *data);
void qemu_plugin_register_vcpu_mem_cb(struct qemu_plugin_insn *insn, qemu_plugin_mem_cb_t cb,
				      int flags, int rw, void *data);
void qemu_plugin_reset(uint64_t id, void (*cb)(uint64_t id));
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t i);
size_t qemu_plugin_insn_data(const struct qemu_plugin_insn *insn, void *dest, size_t len);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);
bool qemu_plugin_mem_is_store(uint32_t info);
struct g_array *qemu_plugin_get_registers(void);
int qemu_plugin_read_register(struct qemu_plugin_register *handle, struct g_byte_array *buf);
bool qemu_plugin_read_memory_vaddr(uint64_t addr, struct g_byte_array *data, size_t len);

/** qemu_plugin_install() - what a plugin has: QEMU calls it once. @id: of the plugin
 * @info: of the machine @argc: arguments @argv: each NAME=VALUE */
QEMU_PLUGIN_EXPORT int qemu_plugin_install(uint64_t id, const struct qemu_info *info, int argc,
					   char **argv);

#endif
