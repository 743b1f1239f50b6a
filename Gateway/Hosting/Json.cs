using System.Text.Json;
using System.Text.Json.Serialization;

namespace Audio.Orleans.Gateway.Hosting;

/// <summary>JSON as the contract has it: snake_case names, words for enumerations, UTC times.</summary>
public static class Json
{
    /// <summary>The options, for what is not serialized by the framework.</summary>
    public static JsonSerializerOptions Options { get; } = Configure(new JsonSerializerOptions(JsonSerializerDefaults.Web));

    /// <summary>Sets the contract's conventions.</summary>
    public static JsonSerializerOptions Configure(JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false));
        return options;
    }
}
