// SPDX-License-Identifier: GPL-2.0-or-later
/* Standard input: read only when poll() says that something is there, so that nothing else ever waits for it. */
#include "input.h"

#include <errno.h>
#include <unistd.h>

#include "wire.h"

/* The terminal of somebody else, while we run in the background: reading from it would stop us. */
static bool foreign(void)
{
	pid_t front = tcgetpgrp(STDIN_FILENO);

	return front >= 0 && front != getpgrp();
}

void input_want(struct input *in, unsigned int what)
{
	struct termios t;

	if (in->wanted == !!what)
		return;
	in->wanted = what;
	if (!what) {
		input_deinit(in);
	} else if ((what & SD_INPUT_CHARS) && !foreign() && !tcgetattr(STDIN_FILENO, &t)) {
		in->saved = t;
		t.c_lflag &= ~(tcflag_t)ICANON;
		t.c_cc[VMIN] = 1;
		t.c_cc[VTIME] = 0;
		in->raw = !tcsetattr(STDIN_FILENO, TCSANOW, &t);
	}
}

int input_fd(const struct input *in)
{
	return in->wanted && !in->ended && !foreign() ? STDIN_FILENO : -1;
}

ssize_t input_read(struct input *in, char *buf, size_t cap)
{
	ssize_t n = read(STDIN_FILENO, buf, cap);

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return -1;
	if (n > 0)
		return n;
	in->ended = true;
	return 0;
}

void input_deinit(struct input *in)
{
	if (in->raw)
		tcsetattr(STDIN_FILENO, TCSANOW, &in->saved);
	in->raw = false;
}
