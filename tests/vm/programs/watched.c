/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes to its variables, from threads and children too, for tests/vm/cases/process-watch.sh. Prints what it did. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

int counter, other;
long big[4];
static volatile short small = 3;
__thread int of_thread;
volatile int looked;

__attribute__((noinline)) void bump(int by)
{
	counter += by;
}

__attribute__((noinline)) static void lower(void)
{
	counter--;
}

static void *thread(void *arg)
{
	of_thread++;
	bump((int)(long)arg);
	return arg;
}

int main(int argc, char **argv)
{
	pthread_t t[3];
	int fd[2], status;

	if (argc > 1 && !strcmp(argv[1], "again")) {
		bump(1000);
		return 0;
	}
	if (argc > 1 && !strcmp(argv[1], "wait")) {
		setvbuf(stdout, NULL, _IOLBF, 0);
		printf("%p\n", (void *)&counter);
		for (int i = 1; i <= 3 && getchar() != EOF; i++)
			bump(i);
		execl(argv[0], argv[0], "again", NULL);
	}
	bump(1);
	bump(2);
	lower();
	small = 4;
	big[0] = 5;
	big[1] = 6;
	other = looked;
	for (long i = 0; i < 3; i++)
		pthread_create(&t[i], NULL, thread, (void *)(10 + i));
	for (int i = 0; i < 3; i++)
		pthread_join(t[i], NULL);
	fflush(stdout);
	if (!fork()) {
		bump(100);
		if (!fork()) {
			bump(200);
			_exit(0);
		}
		wait(NULL);
		_exit(0);
	}
	wait(&status);
	/* The kernel writes. */
	if (pipe(fd) || write(fd[1], "abcd", 4) != 4 || read(fd[0], &counter, 4) != 4)
		return 1;
	if (!fork()) {
		execl(argv[0], argv[0], "again", NULL);
		_exit(1);
	}
	wait(&status);
	printf("%d %d\n", counter, other);
	return 0;
}
