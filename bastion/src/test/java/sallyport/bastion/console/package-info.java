/** Tests of the console: rules as tables, commands over the real operations and a real PostgreSQL. */
package sallyport.bastion.console;
