using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace AudioOrleans.Configuration;

/// <summary>Settings that have another name now. The old one counts for one more version, with a warning at the start.</summary>
public static class RenamedSettings
{
    private static readonly (string Old, string New)[] Names = [("Jobs:Patience", "Jobs:OutageRetryWindow")];

    /// <summary>Gives each setting that is set by its old name to the new one, unless that is set in the same place or in one that counts more.</summary>
    public static void UseRenamedSettings(this IConfigurationManager configuration, ILoggerFactory logging)
    {
        var logger = logging.CreateLogger(typeof(RenamedSettings));
        var providers = ((IConfigurationRoot)configuration).Providers.ToList();
        foreach (var (old, renamed) in Names)
        {
            var place = PlaceOf(old);
            if (place < 0)
                continue;
            logger.LogWarning("{Old} is called {New} now; the old name ends with the next version", WrongSetting.NameOf(old), WrongSetting.NameOf(renamed));
            if (place > PlaceOf(renamed))
                configuration.AddInMemoryCollection([new(renamed, configuration[old])]);
        }

        int PlaceOf(string key) => providers.FindLastIndex(provider => provider.TryGet(key, out _));
    }
}
