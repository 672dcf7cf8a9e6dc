/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
#ifndef SIM_CLI_INTERRUPT_H
#define SIM_CLI_INTERRUPT_H

#include <stdbool.h>

/**
 * interrupt_install() - the first SIGINT, SIGTERM, SIGHUP or SIGXCPU asks the experiment to stop
 *
 * The second SIGINT or SIGTERM ends the process as it would without us.
 */
void interrupt_install(void);

/**
 * interrupt_hold() - while something has to be put back, the second signal does not end the process
 * @hold:	true from before it is taken until after it is back
 */
void interrupt_hold(bool hold);

/** interrupt_flag() - becomes non-zero at the first signal; for zramsim_config.stop */
const volatile int *interrupt_flag(void);

/**
 * interrupt_report_bugs() - a failed assertion or a crash ends the process with exit code 70
 *
 * Also ignores SIGPIPE and SIGXFSZ, so that a reader that has gone and a file that may not
 * grow are error values of write().
 */
void interrupt_report_bugs(void);

#endif
