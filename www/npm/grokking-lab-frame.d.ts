// The script has no exports: importing it makes frames as high as their content.
export {};
