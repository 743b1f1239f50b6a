using AudioOrleans.Configuration;

namespace AudioOrleans.Grains.Interfaces.Uploads;

/// <summary>How much may be uploaded. Section <c>Uploads</c>.</summary>
public sealed record UploadOptions : IValidatedOptions
{
    private const long Megabyte = 1024 * 1024;

    /// <inheritdoc/>
    public static string Section => "Uploads";

    /// <summary>The largest file, in bytes: 100 MiB unless told.</summary>
    public long MaxBytes { get; init; } = 100 * Megabyte;

    /// <summary>What all files of an account may take, in bytes: 10 GiB unless told.</summary>
    public long QuotaBytes { get; init; } = 10 * 1024 * Megabyte;

    /// <summary>How long the bytes of a resumable upload may take to come; each request that brings some starts it anew.</summary>
    public TimeSpan Expiration { get; init; } = TimeSpan.FromHours(24);

    /// <inheritdoc/>
    public void Check(OptionsProblems problems)
    {
        problems.Require(MaxBytes is >= Megabyte and <= 5000 * Megabyte, nameof(MaxBytes), MaxBytes, "a number of bytes from 1048576 to 5242880000");
        problems.Require(QuotaBytes >= MaxBytes, nameof(QuotaBytes), QuotaBytes, "no less than Uploads__MaxBytes");
        problems.Require(Expiration >= TimeSpan.FromMinutes(5) && Expiration <= TimeSpan.FromDays(30), nameof(Expiration), Expiration, "a time from 00:05:00 to 30.00:00:00");
    }
}
