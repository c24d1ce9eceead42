// @ts-check
// Leaves out of embind what no binding of ours uses: wide strings, views of the heap, JavaScript values
// and 64-bit integers. embind registers these types whether they are used or not, and their conversions
// would be a tenth of the glue.

mergeInto(LibraryManager.library, {
  _embind_register_std_wstring__deps: [],
  _embind_register_std_wstring: function () {},
  _embind_register_memory_view__deps: [],
  _embind_register_memory_view: function () {},
  _embind_register_emval__deps: [],
  _embind_register_emval: function () {},
  _embind_register_bigint__deps: [],
  _embind_register_bigint: function () {},
});
