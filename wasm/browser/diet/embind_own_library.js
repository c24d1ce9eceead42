// @ts-check
// embind's half in JavaScript with nothing but what our bindings need: a class with a constructor and
// methods, values that are numbers and booleans, and texts that are given to it. embind's own also has overloads, smart
// pointers, inheritance and a sentence for every misuse, which would be two thirds of the glue.
//
// What arrives here is what <emscripten/bind.h> says in the releases that this is linked into, see
// CMakeLists.txt; later ones keep the library's. Types are looked up when a method is called, since
// all are registered by then.

mergeInto(LibraryManager.library, {
  // By their addresses. A type: how a value goes in, what is done for it after the call, and how it comes
  // out where it does not as it is.
  $keeplineTypes: {},
  $keeplineClasses: {},

  $keeplineRegisterNumber__deps: ['$keeplineTypes'],
  $keeplineRegisterNumber: function (type) {
    keeplineTypes[type] = { enter: Number };
  },
  _embind_register_void__deps: ['$keeplineRegisterNumber'],
  _embind_register_void: function (type) {
    keeplineRegisterNumber(type);
  },
  _embind_register_float__deps: ['$keeplineRegisterNumber'],
  _embind_register_float: function (type) {
    keeplineRegisterNumber(type);
  },
  _embind_register_integer__deps: ['$keeplineTypes'],
  _embind_register_integer: function (type) {
    keeplineTypes[type] = {
      enter: Number,
      leave: function (value) {
        return value >>> 0; // the one integer that crosses is unsigned
      },
    };
  },
  _embind_register_bool__deps: ['$keeplineTypes'],
  _embind_register_bool: function (type) {
    keeplineTypes[type] = { enter: Number, leave: Boolean };
  },

  // A text crosses as its size and its bytes, in memory that JavaScript frees. None is returned: what
  // the module has to say comes by keepline_host_say_text.
  _embind_register_std_string__deps: ['$keeplineTypes', 'malloc', 'free'],
  _embind_register_std_string: function (type) {
    keeplineTypes[type] = {
      enter: function (text) {
        var bytes = new TextEncoder().encode(String(text));
        var at = _malloc(4 + bytes.length);
        if (!at) throw new Error('out of memory');
        HEAPU32[at >> 2] = bytes.length;
        HEAPU8.set(bytes, at + 4);
        return at;
      },
      // It may have been a token: the memory that is given back says nothing.
      done: function (at) {
        HEAPU8.fill(0, at, at + 4 + HEAPU32[at >> 2]);
        _free(at);
      },
    };
  },

  _embind_register_class__deps: ['$keeplineClasses'],
  _embind_register_class: function (...said) {
    var [type, name, destroy] = [said[0], said[10], said[12]];
    var destructor = wasmTable.get(destroy);
    var own = {
      make: function () {
        return 0;
      },
      methods: {
        /** @this {KeeplineHandle} */
        delete: function () {
          destructor(this.at);
          this.at = 0;
        },
      },
    };
    keeplineClasses[type] = own;
    /** @this {KeeplineHandle} */
    Module[UTF8ToString(name)] = function () {
      Object.setPrototypeOf(this, own.methods);
      this.at = own.make();
    };
  },
  _embind_register_class_constructor__deps: ['$keeplineClasses'],
  _embind_register_class_constructor: function (type, _count, _types, _text, invoker, raw) {
    keeplineClasses[type].make = function () {
      return wasmTable.get(invoker)(raw);
    };
  },
  _embind_register_class_function__deps: ['$keeplineClasses', '$keeplineTypes'],
  _embind_register_class_function: function (type, name, count, types, _text, invoker, context) {
    var call = wasmTable.get(invoker);
    // What it returns, what it is called on, what it takes.
    var each = Array.from(HEAPU32.subarray(types >> 2, (types >> 2) + count));
    /** @this {KeeplineHandle} */
    keeplineClasses[type].methods[UTF8ToString(name)] = function (...given) {
      if (!this.at) throw new Error('deleted');
      var wires = each.slice(2).map(function (taken, index) {
        return keeplineTypes[taken].enter(given[index]);
      });
      var result = call.apply(null, [context, this.at].concat(wires));
      wires.forEach(function (wire, index) {
        var done = keeplineTypes[each[index + 2]].done;
        if (done) done(wire);
      });
      var leave = keeplineTypes[each[0]].leave;
      return leave ? leave(result) : result;
    };
  },
});
