using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace AudioOrleans.Configuration;

/// <summary>Settings that were renamed. The old name works for one more version, with a warning at startup.</summary>
public static class RenamedSettings
{
    private static readonly (string Old, string New)[] Names = [("Jobs:Patience", "Jobs:OutageRetryWindow")];

    /// <summary>Copies each setting from its old name to the new one, unless the new one is set in the same source or in one with higher precedence.</summary>
    public static void UseRenamedSettings(this IConfigurationManager configuration, ILoggerFactory logging)
    {
        var logger = logging.CreateLogger(typeof(RenamedSettings));
        var providers = ((IConfigurationRoot)configuration).Providers.ToList();
        foreach (var (old, renamed) in Names)
        {
            var place = PlaceOf(old);
            if (place < 0)
                continue;
            logger.LogWarning("{Old} is now called {New}; the next version no longer accepts the old name", WrongSetting.NameOf(old), WrongSetting.NameOf(renamed));
            if (place > PlaceOf(renamed))
                configuration.AddInMemoryCollection([new(renamed, configuration[old])]);
        }

        int PlaceOf(string key) => providers.FindLastIndex(provider => provider.TryGet(key, out _));
    }
}
