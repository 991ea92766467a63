/**
 * What people see of the bastion besides their shells: the command line over ssh, the menu, and the one-line questions.
 *
 * <p>Start at {@link sallyport.bastion.console.Console#run}: a command line becomes {@link
 * sallyport.bastion.console.Words}, then a {@link sallyport.bastion.console.Verb} with what was given to it, then one
 * operation of {@code sallyport.admin}, whose answer is printed. A command that goes into a session finds it so and
 * leaves the rest to {@link sallyport.bastion.console.SessionDoors}, which the ssh side implements.
 *
 * <p>{@link sallyport.bastion.console.Menu} and {@link sallyport.bastion.console.Prompt} draw with a few VT100 sequences of
 * their own and read the client's stream byte by byte, on the caller's thread: the same stream carries the keystrokes of
 * the shell that opens next, so nothing here may read ahead, as a terminal library's pump thread does.
 *
 * <p>Standard output carries data only; everything else goes to standard error and begins with {@code bastion: }. Text that
 * a person or a target wrote passes {@link sallyport.admin.Inert} before it is shown (T16, T33).
 *
 * <p>What must not be here: permission checks (the operations make them), SQL, any type of the ssh server.
 */
@NullMarked
package sallyport.bastion.console;

import org.jspecify.annotations.NullMarked;
