/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Says its number as itself sees it, and calls a function with that, for tests/vm/cases/process-spaces.sh. With an argument it does so again for each line that it reads. */
#include <stdio.h>
#include <unistd.h>

__attribute__((noinline)) int announce(int number)
{
	__asm__ volatile("");
	return number + 1;
}

int main(int argc, char **argv)
{
	(void)argv;
	setvbuf(stdout, NULL, _IOLBF, 0);
	do {
		printf("%d\n", announce(getpid()) - 1);
	} while (argc > 1 && getchar() != EOF);
	return 0;
}
