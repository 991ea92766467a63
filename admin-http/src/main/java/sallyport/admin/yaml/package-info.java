/**
 * YAML that people write by hand, read strictly: as a tree of nodes that know their line, with no object ever built from a
 * tag, and with bounds on aliases, depth and size. {@link sallyport.admin.yaml.Problem} is what is wrong and where, {@link
 * sallyport.admin.yaml.Nearest} the word that was probably meant.
 */
@NullMarked
package sallyport.admin.yaml;

import org.jspecify.annotations.NullMarked;
