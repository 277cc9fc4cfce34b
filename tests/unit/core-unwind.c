// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Frames of programs: for every function of the C library and of this program
 * itself, at places all over it, what the caller has in its registers is what
 * libdw says. Then the same table with bytes changed: anything may come out of it,
 * but it ends, and reads nothing that is not there.
 */
#include <dwarf.h>
#include <elfutils/libdw.h>
#include <fcntl.h>
#include <gelf.h>
#include <link.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "run-check.h"
#include "unwind.h"

enum { KEPT = 8 };
/* That functions keep for their callers, the stack pointer, and the return address. */
#if defined(__x86_64__)
static const int kept[KEPT] = { 3, 6, 7, 12, 13, 14, 15, 16 };
#else
static const int kept[KEPT] = { 19, 20, 21, 22, 28, 29, 30, 31 };
#endif

struct object {
	Elf *elf;
	Dwarf_CFI *cfi;
	struct sd_unwind_table t;
	unsigned char *bytes;
};

/* Memory whose every byte is what its address says. */
static sd_uint word_at(sd_uint addr)
{
	return addr * 0x9e3779b97f4a7c15ull >> 1;
}

static int read_memory(struct sd_unwind *u, sd_uint addr, void *to, unsigned int bytes)
{
	(void)u;
	for (unsigned i = 0; i < bytes; i += 8) {
		sd_uint v = word_at(addr + i);

		memcpy((char *)to + i, &v, bytes - i < 8 ? bytes - i : 8);
	}
	return bytes > 8 && addr % 64 == 0 ? -1 : 0; /* now and then there is no more than a word */
}

/* Leaves what is known of tables. */
static void fill(struct sd_unwind *u, sd_uint pc)
{
	memset(u, 0, offsetof(struct sd_unwind, known));
	for (int i = 0; i < SD_UNWIND_REGS; i++)
		u->reg[i] = 0x7ff000000000 + (sd_uint)i * 0x10000;
	u->pc = u->reg[SD_UNWIND_RA] = pc;
	u->exact = 1;
	u->read = read_memory;
}

/* ---- the same by libdw ------------------------------------------------------------------- */

static bool evaluate(const struct sd_unwind *u, const Dwarf_Op *ops, size_t n, sd_uint cfa, bool *is_value, sd_uint *out)
{
	sd_uint v[16] = { 0 };
	int k = 0;

	*is_value = false;
	for (size_t i = 0; i < n; i++) {
		const Dwarf_Op *o = &ops[i];

		if (k > 14)
			return false;
		if (o->atom >= DW_OP_lit0 && o->atom <= DW_OP_lit31)
			v[k++] = o->atom - DW_OP_lit0;
		else if (o->atom >= DW_OP_breg0 && o->atom <= DW_OP_breg31)
			v[k++] = u->reg[o->atom - DW_OP_breg0] + o->number;
		else if (o->atom >= DW_OP_reg0 && o->atom <= DW_OP_reg31) {
			v[k++] = u->reg[o->atom - DW_OP_reg0];
			*is_value = true;
		} else
			switch (o->atom) {
			case DW_OP_bregx: v[k++] = u->reg[o->number] + o->number2; break;
			case DW_OP_call_frame_cfa: v[k++] = cfa; break;
			case DW_OP_plus_uconst: v[k - 1] += o->number; break;
			case DW_OP_consts: case DW_OP_constu: v[k++] = o->number; break;
			case DW_OP_plus: k--, v[k - 1] += v[k]; break;
			case DW_OP_minus: k--, v[k - 1] -= v[k]; break;
			case DW_OP_and: k--, v[k - 1] &= v[k]; break;
			case DW_OP_shl: k--, v[k - 1] <<= v[k]; break;
			case DW_OP_ge: k--, v[k - 1] = (sd_int)v[k - 1] >= (sd_int)v[k]; break;
			case DW_OP_deref: v[k - 1] = word_at(v[k - 1]); break;
			case DW_OP_stack_value: *is_value = true; break;
			default: return false;
			}
	}
	*out = v[k - 1];
	return k == 1;
}

/* 1: as it should be; 0: libdw has an expression that is beyond this test; -1: it differs. */
static int same_frame(const struct object *o, struct sd_unwind *u, sd_uint pc, char *why, size_t size)
{
	static struct sd_unwind before;
	Dwarf_Frame *frame;
	Dwarf_Op *ops, mem[3];
	bool is_value;
	size_t n;
	sd_uint cfa, want;
	enum sd_unwind_end end;
	int result = 1;

	if (dwarf_cfi_addrframe(o->cfi, pc, &frame))
		return 0;
	fill(&before, pc);
	fill(u, pc);
	end = sd_unwind_step(u, &o->t, 0);
	if (pc % 3 == 0) { /* the second time it is known */
		fill(u, pc);
		end = sd_unwind_step(u, &o->t, 0);
	}
	snprintf(why, size, "at 0x%llx: end %d", pc, end);
	if (dwarf_frame_cfa(frame, &ops, &n) || !evaluate(&before, ops, n, 0, &is_value, &cfa)) {
		result = 0;
		goto out;
	}
	for (int i = 0; i < KEPT && result == 1; i++) {
		Dwarf_Op *at = mem;

		if (dwarf_frame_register(frame, kept[i], mem, &at, &n)) {
			result = 0;
			break;
		}
		if (!n && !at) { /* as it is */
			want = before.reg[kept[i]];
		} else if (!n) {
			if (kept[i] == SD_UNWIND_RA)
				result = end == SD_UNWIND_LAST ? 0 : -1;
			want = before.reg[kept[i]];
			if (kept[i] == SD_UNWIND_SP)
				want = cfa;
		} else if (evaluate(&before, at, n, cfa, &is_value, &want)) {
			if (!is_value)
				want = word_at(want);
		} else {
			result = 0;
		}
		if (result == 1 && end == SD_UNWIND_OK && u->reg[kept[i]] != want) {
			snprintf(why, size, "at 0x%llx: register %d is 0x%llx, not 0x%llx", pc, kept[i], u->reg[kept[i]], want);
			result = -1;
		}
	}
	if (result == 1 && end != SD_UNWIND_OK)
		result = -1;
out:
	free(frame);
	return result;
}

/* ---- files --------------------------------------------------------------------------------- */

static bool open_object(struct object *o, const char *path)
{
	Elf_Scn *scn = NULL;
	size_t names;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	memset(o, 0, sizeof(*o));
	elf_version(EV_CURRENT);
	o->elf = fd >= 0 ? elf_begin(fd, ELF_C_READ_MMAP, NULL) : NULL;
	if (!o->elf || elf_getshdrstrndx(o->elf, &names))
		return false;
	o->cfi = dwarf_getcfi_elf(o->elf);
	while ((scn = elf_nextscn(o->elf, scn))) {
		GElf_Shdr sh;
		Elf_Data *d;

		if (!gelf_getshdr(scn, &sh) || strcmp(elf_strptr(o->elf, names, sh.sh_name), ".eh_frame"))
			continue;
		d = elf_getdata(scn, NULL);
		o->bytes = malloc(d->d_size);
		memcpy(o->bytes, d->d_buf, d->d_size);
		o->t = (struct sd_unwind_table){ .frame = o->bytes, .size = (unsigned)d->d_size, .addr = sh.sh_addr };
	}
	if (!o->bytes || !o->cfi)
		return false;
	o->t.index = calloc(sd_unwind_count(&o->t) + 1, sizeof(*o->t.index));
	sd_unwind_index(&o->t);
	return true;
}

static void close_object(struct object *o)
{
	free(o->t.index);
	free(o->bytes);
	elf_end(o->elf);
}

static int find_libc(struct dl_phdr_info *info, size_t size, void *data)
{
	(void)size;
	if (strstr(info->dlpi_name, "/libc.so"))
		*(const char **)data = info->dlpi_name;
	return 0;
}

static struct sd_unwind u, chain;

static void compare_all(const char *path, unsigned at_least)
{
	struct object o;
	unsigned same = 0, skipped = 0;
	char why[200] = "";

	memset(u.known, 0, sizeof(u.known));
	CHECK(open_object(&o, path), "%s cannot be read", path);
	if (check_failed)
		return;
	for (unsigned i = 0; i < o.t.nindex; i++) {
		sd_uint pc = o.t.base + o.t.index[i].pc;
		sd_uint end = i + 1 < o.t.nindex ? o.t.base + o.t.index[i + 1].pc : pc + 64;

		CHECK(pc < end || !i, "functions are out of order");
		if (end - pc > 4096)
			end = pc + 4096;
		for (sd_uint at = pc; at < end; at += 1 + at % 5) {
			int r = same_frame(&o, &u, at, why, sizeof(why));

			CHECK(r >= 0, "%s %s", path, why);
			if (r > 0)
				same++;
			else
				skipped++;
		}
	}
	CHECK(same >= at_least && skipped < same / 10, "%s: only %u places compared, %u were not", path, same, skipped);
	close_object(&o);
}

static void library(void)
{
	const char *path = NULL;

	dl_iterate_phdr(find_libc, &path);
	CHECK(path, "this program has no C library");
	if (path)
		compare_all(path, 100000);
}

static void program(void)
{
	compare_all("/proc/self/exe", 200);
}

static unsigned seed = 7;

static unsigned roll(unsigned n)
{
	seed = seed * 1103515245 + 12345;
	return (seed >> 8) % n;
}

/* Ten thousand tables in which some bytes of one function's description are others. */
static void broken(void)
{
	struct object o;
	unsigned ends[SD_UNWIND_BAD + 1] = { 0 };

	CHECK(open_object(&o, "/proc/self/exe"), "this program cannot be read");
	if (check_failed)
		return;
	for (int i = 0; i < 10000; i++) {
		unsigned n = 1 + roll(6), at[6], k;
		unsigned char old[6];

		for (k = 0; k < n; k++) {
			at[k] = roll(o.t.size);
			old[k] = o.bytes[at[k]];
			o.bytes[at[k]] = roll(3) ? (unsigned char)roll(256) : 0x80;
		}
		if (!(i % 16))
			CHECK(sd_unwind_count(&o.t) <= o.t.size / 8, "more functions than there is room for");
		memset(chain.known, 0, sizeof(chain.known)); /* that tables do not change */
		for (k = 0; k < 8; k++) {
			fill(&chain, o.t.base + o.t.index[roll(o.t.nindex)].pc + roll(40));
			ends[sd_unwind_step(&chain, &o.t, 0)]++;
		}
		while (n--)
			o.bytes[at[n]] = old[n];
	}
	CHECK(ends[SD_UNWIND_OK] > 1000 && ends[SD_UNWIND_BAD] > 10, "%u frames and %u broken ones", ends[SD_UNWIND_OK], ends[SD_UNWIND_BAD]);
	close_object(&o);
}

int main(void)
{
	RUN(library);
	RUN(program);
	RUN(broken);
	return check_status;
}
