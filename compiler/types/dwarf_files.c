// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The head of a unit's table of lines, by section 6.2.4 of the standards of DWARF 2 to 5.
 * Nothing in it is believed; what is not understood is left to libdw.
 */
#include "types/dwarf_files.h"

#include <dwarf.h>
#include <gelf.h>
#include <stdio.h>
#include <string.h>

#include "base/intern.h"
#include "base/vec.h"
#include "types/dwarf_index.h"

enum { FORMATS_MAX = 16 };

struct cursor {
	const uint8_t *p, *end;
	bool bad;
	unsigned offset_size; /* 4, or 8 in the 64-bit format */
};

static uint64_t fixed(struct cursor *c, unsigned n)
{
	uint64_t v = 0;

	if (c->bad || (size_t)(c->end - c->p) < n) {
		c->bad = true;
		return 0;
	}
	memcpy(&v, c->p, n); /* machines that are known here put the low byte first */
	c->p += n;
	return v;
}

static uint64_t uleb(struct cursor *c)
{
	uint64_t v = 0;
	unsigned shift = 0;

	while (!c->bad && c->p < c->end) {
		uint8_t b = *c->p++;

		if (shift < 64)
			v |= (uint64_t)(b & 127) << shift;
		shift += 7;
		if (!(b & 128))
			return v;
	}
	c->bad = true;
	return 0;
}

static const char *string(struct cursor *c)
{
	const char *s = (const char *)c->p;
	const uint8_t *nul = c->bad ? NULL : memchr(c->p, 0, (size_t)(c->end - c->p));

	if (!nul) {
		c->bad = true;
		return "";
	}
	c->p = nul + 1;
	return s;
}

static const char *string_at(struct cursor *c, const struct dwarf_bytes *section, uint64_t at)
{
	if (c->bad || at >= section->n || !memchr(section->p + at, 0, section->n - at)) {
		c->bad = true;
		return "";
	}
	return (const char *)section->p + at;
}

/* ---- Versions 2 to 4 ---------------------------------------------------------------- */

static void old_tables(struct cursor *c, struct dwarf_files *f, struct arena *a)
{
	struct VEC(const char *) dirs = { 0 };
	struct VEC(struct dwarf_file_entry) files = { 0 };
	const char *s;

	while (*(s = string(c)))
		vec_push(a, &dirs, s);
	while (*(s = string(c))) {
		struct dwarf_file_entry e = { .name = s };

		e.dir = (uint32_t)uleb(c);
		uleb(c); /* time */
		uleb(c); /* size */
		vec_push(a, &files, e);
	}
	f->dirs = dirs.v;
	f->ndirs = dirs.n;
	f->files = files.v;
	f->nfiles = files.n;
}

/* ---- Version 5 ------------------------------------------------------------------------ */

struct format {
	unsigned n;
	struct { uint64_t what, form; } field[FORMATS_MAX];
};

static void read_format(struct cursor *c, struct format *f)
{
	f->n = (unsigned)fixed(c, 1);
	if (f->n > FORMATS_MAX)
		c->bad = true;
	for (unsigned i = 0; !c->bad && i < f->n; i++) {
		f->field[i].what = uleb(c);
		f->field[i].form = uleb(c);
	}
}

static void read_entry(struct cursor *c, const struct format *f, const struct dwarf_files_sections *s, struct dwarf_file_entry *e)
{
	for (unsigned i = 0; !c->bad && i < f->n; i++) {
		const char *text = NULL;
		uint64_t v = 0;

		switch (f->field[i].form) {
		case DW_FORM_string:
			text = string(c);
			break;
		case DW_FORM_line_strp:
			text = string_at(c, &s->line_str, fixed(c, c->offset_size));
			break;
		case DW_FORM_strp:
			text = string_at(c, &s->str, fixed(c, c->offset_size));
			break;
		case DW_FORM_udata:
			v = uleb(c);
			break;
		case DW_FORM_data1:
			v = fixed(c, 1);
			break;
		case DW_FORM_data2:
			v = fixed(c, 2);
			break;
		case DW_FORM_data4:
			v = fixed(c, 4);
			break;
		case DW_FORM_data8:
			v = fixed(c, 8);
			break;
		case DW_FORM_data16:
			fixed(c, 8);
			fixed(c, 8);
			break;
		default:
			c->bad = true;
		}
		if (f->field[i].what == DW_LNCT_path && text)
			e->name = text;
		else if (f->field[i].what == DW_LNCT_directory_index)
			e->dir = (uint32_t)v;
	}
}

/* How many there are; each has a byte at least, so a wrong number ends here. */
static uint32_t count(struct cursor *c)
{
	uint64_t n = uleb(c);

	if (n > (size_t)(c->end - c->p))
		c->bad = true;
	return c->bad ? 0 : (uint32_t)n;
}

static void new_tables(struct cursor *c, struct dwarf_files *f, struct arena *a)
{
	struct dwarf_file_entry e;
	struct format format;

	read_format(c, &format);
	f->ndirs = count(c);
	f->dirs = arena_array(a, const char *, f->ndirs + 1);
	for (uint32_t i = 0; !c->bad && i < f->ndirs; i++) {
		e = (struct dwarf_file_entry){ .name = "" };
		read_entry(c, &format, f->sections, &e);
		f->dirs[i] = e.name;
	}
	read_format(c, &format);
	f->nfiles = count(c);
	f->files = arena_array(a, struct dwarf_file_entry, f->nfiles + 1);
	for (uint32_t i = 0; !c->bad && i < f->nfiles; i++) {
		f->files[i].name = "";
		read_entry(c, &format, f->sections, &f->files[i]);
	}
	f->from_zero = true;
}

/* ---- The head ------------------------------------------------------------------------- */

static bool read_head(struct dwarf_files *f, uint64_t at, struct arena *a)
{
	const struct dwarf_bytes *line = &f->sections->line;
	struct cursor c = { .p = line->p, .end = line->p + line->n, .offset_size = 4 };
	uint64_t length, version, opcodes;

	if (!line->p || at >= line->n)
		return false;
	c.p += at;
	length = fixed(&c, 4);
	if (length == 0xffffffff) {
		c.offset_size = 8;
		length = fixed(&c, 8);
	}
	if (c.bad || length > (size_t)(c.end - c.p))
		return false;
	c.end = c.p + length;
	version = fixed(&c, 2);
	if (version < 2 || version > 5)
		return false;
	if (version == 5)
		fixed(&c, 2); /* sizes of addresses and of segments */
	length = fixed(&c, c.offset_size);
	if (c.bad || length > (size_t)(c.end - c.p))
		return false;
	c.end = c.p + length;
	fixed(&c, version >= 4 ? 5 : 4); /* about instructions and lines */
	opcodes = fixed(&c, 1);
	for (uint64_t i = 1; i < opcodes; i++)
		fixed(&c, 1);
	if (version == 5)
		new_tables(&c, f, a);
	else
		old_tables(&c, f, a);
	return !c.bad;
}

void dwarf_files_of(struct dwarf_files *f, const struct dwarf_files_sections *s, Dwarf_Die *unit, struct arena *a)
{
	Dwarf_Attribute attr;
	Dwarf_Word at;

	*f = (struct dwarf_files){ .sections = s, .unit = *unit };
	f->comp_dir = dwarf_attr(unit, DW_AT_comp_dir, &attr) ? dwarf_formstring(&attr) : NULL;
	if (!dwarf_attr(unit, DW_AT_stmt_list, &attr) || dwarf_formudata(&attr, &at) || !read_head(f, at, a))
		f->by_libdw = true;
}

static const char *by_libdw(struct dwarf_files *f, uint64_t number)
{
	Dwarf_Files *files;

	return dwarf_getsrcfiles(&f->unit, &files, NULL) ? NULL : dwarf_filesrc(files, number, NULL, NULL);
}

const char *dwarf_files_name(struct dwarf_files *f, uint64_t number)
{
	uint64_t i = f->from_zero ? number : number - 1, dir;
	struct dwarf_file_entry *e;
	char path[4096];

	if (f->by_libdw)
		return dwarf_source_name(by_libdw(f, number), f->comp_dir);
	if (i >= f->nfiles)
		return intern("");
	e = &f->files[i];
	if (e->known)
		return e->known;
	dir = f->from_zero ? e->dir : e->dir - 1ULL;
	if (*e->name == '/' || dir >= f->ndirs || !*f->dirs[dir]) /* of the folder that the unit was compiled in */
		e->known = dwarf_source_name(e->name, f->comp_dir);
	else if (snprintf(path, sizeof(path), "%s/%s", f->dirs[dir], e->name) < (int)sizeof(path))
		e->known = dwarf_source_name(path, f->comp_dir);
	else
		e->known = intern("");
	return e->known;
}

/* ---- Sections ------------------------------------------------------------------------- */

void dwarf_files_open(struct dwarf_files_sections *s, Dwarf *dw)
{
	Elf *elf = dwarf_getelf(dw);
	Elf_Scn *scn = NULL;
	size_t names;

	*s = (struct dwarf_files_sections){ 0 };
	if (!elf || elf_getshdrstrndx(elf, &names))
		return;
	while ((scn = elf_nextscn(elf, scn))) {
		GElf_Shdr h;
		const char *name = gelf_getshdr(scn, &h) ? elf_strptr(elf, names, h.sh_name) : NULL;
		struct dwarf_bytes *to = !name			 ? NULL :
					 !strcmp(name, ".debug_line")	 ? &s->line :
					 !strcmp(name, ".debug_line_str") ? &s->line_str :
					 !strcmp(name, ".debug_str")	 ? &s->str :
									   NULL;
		/* libdw has unpacked and relocated them by now; those that are still packed it reads itself. */
		Elf_Data *data = to && h.sh_type != SHT_NOBITS && !(h.sh_flags & SHF_COMPRESSED) ? elf_rawdata(scn, NULL) : NULL;

		if (data && data->d_buf)
			*to = (struct dwarf_bytes){ data->d_buf, data->d_size };
	}
}
