namespace Orleans.Runtime;

/// <summary>The base of what goes wrong in the runtime.</summary>
[GenerateSerializer]
public class OrleansException : Exception
{
    /// <summary>With a general message.</summary>
    public OrleansException() : base("Unexpected error.")
    {
    }

    /// <summary>With a message.</summary>
    public OrleansException(string message) : base(message)
    {
    }

    /// <summary>With a message and a cause.</summary>
    public OrleansException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
