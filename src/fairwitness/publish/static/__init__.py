"""What goes into a bag as it is: the verifiers, which run without fairwitness."""
