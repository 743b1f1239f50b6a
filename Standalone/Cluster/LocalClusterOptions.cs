using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace AudioOrleans.Standalone.Cluster;

/// <summary>The size of a cluster on one machine.</summary>
/// <param name="Silos">The number of silos.</param>
/// <param name="Gateways">The number of gateways.</param>
/// <param name="Port">The first gateway's port; the others use the following ones.</param>
/// <param name="Demo">Whether to run the demo stream.</param>
public sealed record LocalClusterOptions(int Silos, int Gateways, int Port, bool Demo)
{
    /// <summary>Reads the options.</summary>
    /// <exception cref="OptionsValidationException">A value is invalid; the message names it.</exception>
    public static LocalClusterOptions Read(IConfiguration configuration) =>
        new LocalClusterOptions(
            Number(configuration, "Silos", 3, 1, 20), Number(configuration, "Gateways", 2, 1, 20), Number(configuration, "Port", 8080, 1, 65_000),
            configuration["Demo:Enabled"] is "true" or "True");

    private static int Number(IConfiguration configuration, string key, int standard, int least, int most)
    {
        if (configuration[key] is not { Length: > 0 } text)
            return standard;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new OptionsValidationException(key, typeof(LocalClusterOptions), [$"--{key.ToLowerInvariant()} is '{text}'; expected a number from {least} to {most}."]);
    }
}
