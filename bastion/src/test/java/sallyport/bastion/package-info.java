/** What the tests of all rooms of the bastion share. */
@NullMarked
package sallyport.bastion;

import org.jspecify.annotations.NullMarked;
