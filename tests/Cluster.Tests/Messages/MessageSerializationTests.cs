using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Uploads;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace AudioOrleans.Cluster.Tests.Messages;

/// <summary>Messages that are sent between processes. Within one process they are not serialized, so no other test covers this.</summary>
public sealed class MessageSerializationTests
{
    public static TheoryData<Type> AllMessages =>
    [
        .. typeof(Caller).Assembly.GetTypes().Where(type =>
            type.IsDefined(typeof(GenerateSerializerAttribute), inherit: false) && !type.IsGenericTypeDefinition && !type.IsAssignableTo(typeof(Exception))),
    ];

    [Theory]
    [MemberData(nameof(AllMessages))]
    public void A_message_arrives_as_it_was_sent(Type message)
    {
        var sent = SampleMessages.Make(message);
        Assert.Equivalent(sent, RoundTrip(sent), strict: true);
    }

    [Fact]
    public void A_page_arrives_with_its_items()
    {
        var sent = (Page<UploadDetails>)SampleMessages.Make(typeof(Page<UploadDetails>));
        Assert.Equivalent(sent, RoundTrip(sent), strict: true);
    }

    [Fact]
    public void An_exception_arrives_with_its_error_its_message_and_its_field()
    {
        var stale = (AudioException)RoundTrip(new AudioException(AudioError.Stale, "Read it again"));
        Assert.Equal((AudioError.Stale, "Read it again", null), (stale.Error, stale.Message, stale.Field));
        var invalid = (AudioException)RoundTrip(new AudioException(new FieldProblem("cursor", "Expected another.", FieldCodes.Malformed)));
        Assert.Equal((AudioError.Invalid, "Expected another.", "cursor"), (invalid.Error, invalid.Message, invalid.Field));
        Assert.Equal(FieldCodes.Malformed, invalid.Code);
    }

    private static object RoundTrip(object message)
    {
        using var services = new ServiceCollection().AddSerializer().BuildServiceProvider();
        var serializer = services.GetRequiredService<Serializer>();
        return serializer.Deserialize<object>(serializer.SerializeToArray(message))!;
    }
}
