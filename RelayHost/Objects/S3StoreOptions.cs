using System.Text;

namespace AudioOrleans.RelayHost.Objects;

/// <summary>A bucket of a server that speaks S3. Section <c>Objects:S3</c>.</summary>
public sealed record S3StoreOptions
{
    // With the longest key it stays below the 1,024 bytes that S3 takes.
    private const int LongestPrefix = 100;

    /// <summary>The server's address, such as <c>https://s3.example.org</c>; <c>Objects__S3__Endpoint</c>.</summary>
    public string Endpoint { get; init; } = "";

    /// <summary>The bucket, which must exist; <c>Objects__S3__Bucket</c>.</summary>
    public string Bucket { get; init; } = "";

    /// <summary>The region that requests are signed for; <c>Objects__S3__Region</c>.</summary>
    public string Region { get; init; } = "us-east-1";

    /// <summary>Who we are; <c>Objects__S3__AccessKey</c>.</summary>
    public string AccessKey { get; init; } = "";

    /// <summary>What proves it; <c>Objects__S3__SecretKey</c>. Never shown.</summary>
    public string SecretKey { get; init; } = "";

    /// <summary>The folder in the bucket that all keys are in; <c>Objects__S3__Prefix</c>. Empty for none.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>What is put before each key.</summary>
    internal string KeyPrefix => Prefix.Length == 0 ? "" : $"{Prefix.TrimEnd('/')}/";

    /// <summary>Whether the server is called over TLS.</summary>
    internal bool IsSecure => Endpoint.StartsWith("https:", StringComparison.OrdinalIgnoreCase);

    /// <summary>Throws when a bucket cannot be used with these; the message names the setting and what was expected.</summary>
    /// <exception cref="InvalidOperationException">Why.</exception>
    public S3StoreOptions Validate()
    {
        if (!Uri.TryCreate(Endpoint, UriKind.Absolute, out var uri) || uri is not { Scheme: "http" or "https", AbsolutePath: "/", Query: "", UserInfo: "" })
            throw Wrong(nameof(Endpoint), "the server's address, such as https://s3.example.org");
        if (Bucket.Length is < 3 or > 63 || !Bucket.All(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character is '-' or '.'))
            throw Wrong(nameof(Bucket), "a bucket's name: 3 to 63 lower-case letters, digits, - and .");
        if (string.IsNullOrWhiteSpace(Region))
            throw Wrong(nameof(Region), "a region's name, such as us-east-1");
        if (string.IsNullOrWhiteSpace(AccessKey))
            throw Wrong(nameof(AccessKey), "the id of an access key");
        if (string.IsNullOrWhiteSpace(SecretKey))
            throw Wrong(nameof(SecretKey), "the secret of that access key");
        if (Prefix.Length > LongestPrefix || (Prefix.Length > 0 && !ObjectKey.IsKey(KeyPrefix[..^1])))
            throw Wrong(nameof(Prefix), $"a folder such as audio/production: at most {LongestPrefix} letters, digits and -_./");
        return this;
    }

    private static InvalidOperationException Wrong(string name, string expected) => new($"Objects__S3__{name}: expected {expected}.");

    // What a record prints of itself: neither of the keys.
    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append("Endpoint = ").Append(Endpoint).Append(", Bucket = ").Append(Bucket)
            .Append(", Region = ").Append(Region).Append(", Prefix = ").Append(Prefix);
        return true;
    }
}
