namespace Orleans.Runtime;

/// <summary>The silo that has to answer is not there, or stops.</summary>
[GenerateSerializer]
public sealed class SiloUnavailableException : OrleansMessageRejectionException
{
    /// <summary>With a general message.</summary>
    public SiloUnavailableException() : base("The silo is unavailable.")
    {
    }

    /// <summary>With a message.</summary>
    public SiloUnavailableException(string msg) : base(msg)
    {
    }

    /// <summary>With a message and a cause.</summary>
    public SiloUnavailableException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
