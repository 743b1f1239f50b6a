using AudioOrleans.Configuration;

namespace AudioOrleans.RelayHost.Objects;

/// <summary>Where objects are stored. Section <c>Objects</c>.</summary>
public sealed record ObjectStoreOptions : IValidatedOptions
{
    /// <summary>The kind that stores objects in a folder.</summary>
    public const string Disk = "disk";

    /// <summary>The kind that stores objects in a bucket.</summary>
    public const string Bucket = "s3";

    /// <inheritdoc/>
    public static string Section => "Objects";

    /// <summary><c>disk</c> or <c>s3</c>; <c>Objects__Kind</c>.</summary>
    public string Kind { get; init; } = Disk;

    /// <summary>The folder; <c>Objects__Folder</c>. Null: <c>objects</c> in the data folder. Silos on several machines need a shared one.</summary>
    public string? Folder { get; init; }

    /// <summary>The bucket, where the kind is <c>s3</c>.</summary>
    public S3StoreOptions S3 { get; init; } = new();

    /// <inheritdoc/>
    public void Check(OptionsProblems problems)
    {
        problems.Require(Kind is Disk or Bucket, nameof(Kind), $"{Disk} or {Bucket}");
        problems.Require(Kind != Disk || Folder is null || !string.IsNullOrWhiteSpace(Folder), nameof(Folder), "the path of a folder");
        if (Kind == Bucket)
            S3.Check(problems.In(nameof(S3)));
    }
}
