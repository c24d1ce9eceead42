// The stylesheet has nothing to import but itself; compilers ask for a declaration of it all the same.
export {};
