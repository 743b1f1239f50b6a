using Orleans.Runtime;

namespace Orleans.Storage;

/// <summary>A named storage is not there.</summary>
[GenerateSerializer]
public sealed class BadProviderConfigException : OrleansException
{
    /// <summary>With a general message.</summary>
    public BadProviderConfigException() : base("A provider is not configured.")
    {
    }

    /// <summary>With a message.</summary>
    public BadProviderConfigException(string msg) : base(msg)
    {
    }

    /// <summary>With a message and a cause.</summary>
    public BadProviderConfigException(string msg, Exception exc) : base(msg, exc)
    {
    }
}
