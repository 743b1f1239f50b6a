using System.Text.Json;
using System.Text.Json.Serialization;

namespace AudioOrleans.Gateway.Hosting;

/// <summary>A word that is not a member of an enumeration; the message lists the valid ones.</summary>
public sealed class UnknownEnumNameException(string message) : JsonException(message);

/// <summary>Writes enumerations as words in snake_case, with errors that list the valid words.</summary>
public sealed class EnumNameConverter : JsonConverterFactory
{
    private readonly JsonStringEnumConverter _words = new(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false);

    /// <inheritdoc/>
    public override bool CanConvert(Type typeToConvert) => _words.CanConvert(typeToConvert);

    /// <inheritdoc/>
    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Word<>).MakeGenericType(typeToConvert), _words.CreateConverter(typeToConvert, options))!;

    private sealed class Word<T>(JsonConverter<T> word) : JsonConverter<T>
        where T : struct, Enum
    {
        private static readonly string Expected = $"Expected one of {string.Join(", ", Enum.GetNames<T>().Select(JsonNamingPolicy.SnakeCaseLower.ConvertName))}.";

        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            try
            {
                return word.Read(ref reader, typeToConvert, options);
            }
            catch (JsonException)
            {
                throw new UnknownEnumNameException(Expected);
            }
        }

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => word.Write(writer, value, options);

        public override T ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            word.ReadAsPropertyName(ref reader, typeToConvert, options);

        public override void WriteAsPropertyName(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => word.WriteAsPropertyName(writer, value, options);
    }
}
