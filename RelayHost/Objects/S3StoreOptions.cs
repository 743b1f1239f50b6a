using System.Text;
using AudioOrleans.Configuration;

namespace AudioOrleans.RelayHost.Objects;

/// <summary>A bucket of an S3-compatible server. Section <c>Objects:S3</c>.</summary>
public sealed record S3StoreOptions : IValidatedOptions
{
    // Together with the longest key it stays below S3's limit of 1,024 bytes.
    private const int LongestPrefix = 100;

    /// <inheritdoc/>
    public static string Section => "Objects:S3";

    /// <summary>The server's URL, such as <c>https://s3.example.org</c>; <c>Objects__S3__Endpoint</c>.</summary>
    public string Endpoint { get; init; } = "";

    /// <summary>The bucket, which must exist; <c>Objects__S3__Bucket</c>.</summary>
    public string Bucket { get; init; } = "";

    /// <summary>The region that requests are signed for; <c>Objects__S3__Region</c>.</summary>
    public string Region { get; init; } = "us-east-1";

    /// <summary>The access key; <c>Objects__S3__AccessKey</c>.</summary>
    public string AccessKey { get; init; } = "";

    /// <summary>The secret key; <c>Objects__S3__SecretKey</c>. Never shown.</summary>
    public string SecretKey { get; init; } = "";

    /// <summary>The folder in the bucket that contains all keys; <c>Objects__S3__Prefix</c>. Empty for none.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>The prefix of each key.</summary>
    internal string KeyPrefix => Prefix.Length == 0 ? "" : $"{Prefix.TrimEnd('/')}/";

    /// <summary>Whether the server is called over TLS.</summary>
    internal bool IsSecure => Endpoint.StartsWith("https:", StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public void Check(OptionsProblems problems)
    {
        problems.Require(
            Uri.TryCreate(Endpoint, UriKind.Absolute, out var uri) && uri is { Scheme: "http" or "https", AbsolutePath: "/", Query: "", UserInfo: "" },
            nameof(Endpoint), "the server's address, such as https://s3.example.org");
        problems.Require(
            Bucket.Length is >= 3 and <= 63 && Bucket.All(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character is '-' or '.'),
            nameof(Bucket), "a bucket's name: 3 to 63 lower-case letters, digits, - and .");
        problems.Require(!string.IsNullOrWhiteSpace(Region), nameof(Region), "a region's name, such as us-east-1");
        problems.Require(!string.IsNullOrWhiteSpace(AccessKey), nameof(AccessKey), "the id of an access key");
        problems.Require(!string.IsNullOrWhiteSpace(SecretKey), nameof(SecretKey), "the secret of that access key");
        problems.Require(
            Prefix.Length == 0 || (Prefix.Length <= LongestPrefix && ObjectKey.IsKey(KeyPrefix[..^1])),
            nameof(Prefix), $"a folder such as audio/production: at most {LongestPrefix} letters, digits and -_./");
    }

    // Omits both keys when the record is printed.
    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append("Endpoint = ").Append(Endpoint).Append(", Bucket = ").Append(Bucket)
            .Append(", Region = ").Append(Region).Append(", Prefix = ").Append(Prefix);
        return true;
    }
}
