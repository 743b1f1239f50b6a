using AudioOrleans.Configuration;

namespace AudioOrleans.Grains.Interfaces.Uploads;

/// <summary>Limits for uploads. Section <c>Uploads</c>.</summary>
public sealed record UploadOptions : IValidatedOptions
{
    private const long Megabyte = 1024 * 1024;

    /// <inheritdoc/>
    public static string Section => "Uploads";

    /// <summary>The largest file, in bytes: 100 MiB by default.</summary>
    public long MaxBytes { get; init; } = 100 * Megabyte;

    /// <summary>The total size of an account's files, in bytes: 10 GiB by default.</summary>
    public long QuotaBytes { get; init; } = 10 * 1024 * Megabyte;

    /// <summary>How long a resumable upload may be idle; each request that sends bytes restarts it.</summary>
    public TimeSpan Expiration { get; init; } = TimeSpan.FromHours(24);

    /// <inheritdoc/>
    public void Check(OptionsProblems problems)
    {
        problems.Require(MaxBytes is >= Megabyte and <= 5000 * Megabyte, nameof(MaxBytes), MaxBytes, "a number of bytes from 1048576 to 5242880000");
        problems.Require(QuotaBytes >= MaxBytes, nameof(QuotaBytes), QuotaBytes, "no less than Uploads__MaxBytes");
        problems.Require(Expiration >= TimeSpan.FromMinutes(5) && Expiration <= TimeSpan.FromDays(30), nameof(Expiration), Expiration, "a time from 00:05:00 to 30.00:00:00");
    }
}
