# A Modbus RTU server of somebody else's (pymodbus), with eight coils and eight registers, unit 1.
import sys

from pymodbus.datastore import ModbusSequentialDataBlock, ModbusServerContext, ModbusSlaveContext
from pymodbus.server import StartSerialServer
from pymodbus.transaction import ModbusRtuFramer

unit = ModbusSlaveContext(
    co=ModbusSequentialDataBlock(0, [True] * 8),
    hr=ModbusSequentialDataBlock(0, [1] * 9),
    zero_mode=True,
)
StartSerialServer(
    context=ModbusServerContext(slaves={1: unit}, single=False),
    framer=ModbusRtuFramer,
    port=sys.argv[1],
    baudrate=9600,
)
