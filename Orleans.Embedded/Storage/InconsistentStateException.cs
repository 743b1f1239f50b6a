using Orleans.Runtime;

namespace Orleans.Storage;

/// <summary>The record changed since it was read. The activation whose own write this was ends, so that the next one reads anew.</summary>
[GenerateSerializer]
public class InconsistentStateException : OrleansException
{
    /// <summary>With a general message.</summary>
    public InconsistentStateException() : base("The stored state has changed since it was read.")
    {
    }

    /// <summary>With a message.</summary>
    public InconsistentStateException(string message) : base(message)
    {
    }

    /// <summary>With a message and a cause.</summary>
    public InconsistentStateException(string message, Exception? innerException) : base(message, innerException!)
    {
    }

    /// <summary>With both etags.</summary>
    public InconsistentStateException(string errorMsg, string? storedEtag, string? currentEtag) : this(errorMsg, storedEtag, currentEtag, null)
    {
    }

    /// <summary>With both etags and a cause, whose message it takes.</summary>
    public InconsistentStateException(string? storedEtag, string? currentEtag, Exception storageException)
        : this(storageException?.Message ?? "", storedEtag, currentEtag, storageException)
    {
    }

    /// <summary>With both etags and a cause.</summary>
    public InconsistentStateException(string errorMsg, string? storedEtag, string? currentEtag, Exception? storageException)
        : base(errorMsg, storageException!)
    {
        StoredEtag = storedEtag;
        CurrentEtag = currentEtag;
    }

    /// <summary>The etag that the storage holds.</summary>
    [Id(1)]
    public string? StoredEtag { get; }

    /// <summary>The etag that the writer had.</summary>
    [Id(2)]
    public string? CurrentEtag { get; }

    /// <summary>Until it has ended one activation; it must not end those that merely pass it on.</summary>
    internal bool IsFresh { get; set; } = true;
}
