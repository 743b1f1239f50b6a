namespace AudioOrleans.RelayHost.Objects;

/// <summary>The store cannot be used now: it is down, full, or denies access. A later retry may succeed.</summary>
public sealed class ObjectStoreUnavailableException : IOException
{
    /// <summary>Creates the exception without a cause.</summary>
    public ObjectStoreUnavailableException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its cause.</summary>
    public ObjectStoreUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
