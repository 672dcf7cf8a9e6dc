/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * echo: what a user has typed, or what a file says, made fit to be printed. A terminal acts upon
 * control characters, and a sentence is one line. So these, bytes that are no UTF-8 and characters
 * that turn the direction of what follows are printed as \xNN, byte by byte.
 */
#ifndef SIM_ECHO_H
#define SIM_ECHO_H

#include <stdbool.h>
#include <stddef.h>

/**
 * sim_utf8_len() - length of the UTF-8 character that starts at @s, 0 if none does
 * @s:	terminated
 *
 * Continuation bytes missing, overlong forms, surrogates and code points above U+10FFFF are none.
 */
unsigned int sim_utf8_len(const char *s);

/** sim_echo_fit() - bytes of the character at @s, 0 if it has to be escaped. @s: terminated */
unsigned int sim_echo_fit(const char *s);

/** sim_echo_plain() - is there nothing to escape in it? @text: any */
bool sim_echo_plain(const char *text);

/** sim_echo_escape() - escape in place. @text: cut where it gets too long, @size: its bytes */
void sim_echo_escape(char *text, size_t size);

#endif
