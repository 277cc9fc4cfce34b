/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A line about work that takes long, on a terminal only, which goes when the work is done. */
#ifndef SONDE_BASE_PROGRESS_H
#define SONDE_BASE_PROGRESS_H

/* Shows a line in place of the last one. */
void progress(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* Takes it away. */
void progress_end(void);
/* From now on shows nothing: in a copy of the process, beside others. */
void progress_off(void);

#endif
