namespace AudioOrleans.RelayHost.Objects;

/// <summary>Where files are kept. Section <c>Objects</c>.</summary>
public sealed record ObjectStoreOptions
{
    /// <summary>The kind that keeps them in a folder.</summary>
    public const string Disk = "disk";

    /// <summary>The kind that keeps them in a bucket.</summary>
    public const string Bucket = "s3";

    /// <summary><c>disk</c> or <c>s3</c>; <c>Objects__Kind</c>.</summary>
    public string Kind { get; init; } = Disk;

    /// <summary>The folder; <c>Objects__Folder</c>. Null: <c>objects</c> in the data folder. Silos on several machines need one that they share.</summary>
    public string? Folder { get; init; }

    /// <summary>The bucket, where the kind is <c>s3</c>.</summary>
    public S3StoreOptions S3 { get; init; } = new();

    /// <summary>Throws when there can be no such store; the message names the setting and what was expected.</summary>
    /// <exception cref="InvalidOperationException">Why.</exception>
    public ObjectStoreOptions Validate()
    {
        if (Kind is not (Disk or Bucket))
            throw new InvalidOperationException($"Objects__Kind: expected {Disk} or {Bucket}.");
        if (Kind == Disk && Folder is not null && string.IsNullOrWhiteSpace(Folder))
            throw new InvalidOperationException("Objects__Folder: expected the path of a folder.");
        if (Kind == Bucket)
            S3.Validate();
        return this;
    }
}
