namespace AudioOrleans.RelayHost.Objects;

/// <summary>The store cannot be used now: it is down, full, or refuses us. Trying again later may help.</summary>
public sealed class ObjectStoreUnavailableException : IOException
{
    /// <summary>Without a cause.</summary>
    public ObjectStoreUnavailableException(string message)
        : base(message)
    {
    }

    /// <summary>With its cause.</summary>
    public ObjectStoreUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
